import { type ErrorCode, MendkitError } from '@mendkit/core'
import type { ProviderFailure } from './parse-failure.ts'
import { parseRetryAfter } from './parse-retry-after.ts'
import { requestIdIn } from './request-id.ts'

type Refused = Extract<ProviderFailure, { kind: 'refused' }>

const spent = new Set(['insufficient_quota', 'billing_error', 'billing_hard_limit_reached', 'billing_not_active'])
const tooLong = /context[ _](length|window)|too long|too many tokens|exceeds the maximum number of tokens/i
const filtered = /content[ _](filter|policy|management policy)|content filtering policy/i
/** What a provider says within a reply when asking again is of no use. */
const final = new Set([
  'invalid_request_error',
  'authentication_error',
  'permission_error',
  'not_found_error',
  'request_too_large',
])

/** Whether a filter of the provider, and not a mistake, is the reason. */
export function isFiltered(failure: ProviderFailure): boolean {
  return (
    failure.kind === 'refused' && failure.status === 400 && filtered.test([...failure.codes, failure.words].join(' '))
  )
}

/** The error that tells a caller what to do. No words of the provider stand in it: its key is the host's, and unknown here. */
export function explainFailure(failure: ProviderFailure, who: string): MendkitError {
  switch (failure.kind) {
    case 'no-protocol':
      return new MendkitError('bad-response', `${who} sent something that its protocol does not allow`)
    case 'unsupported':
      return new MendkitError('unsupported', `${who} cannot do what was asked: say so in \`capabilities\`, and wrap it`)
    case 'no-model':
      return new MendkitError('not-found', `${who} is not known to its provider: check the name`)
    case 'no-key':
      return new MendkitError('rejected', `${who} has no key or setting: give it where the model is made`)
    case 'bad-call':
      return new MendkitError('rejected', `${who} does not take this request`)
    case 'no-answer':
      return new MendkitError(
        'unavailable',
        `${who} cannot be reached, or broke off${failure.code ? ` (${failure.code})` : ''}`,
      )
    case 'refused': {
      const { code, because } = verdict(failure)
      const retryAfterMs = parseRetryAfter(failure.headers)
      const { status } = failure
      return new MendkitError(code, `${who} ${because} (${factsOf(failure)})`, {
        ...(status !== undefined && { status }),
        ...(retryAfterMs !== undefined && { retryAfterMs }),
      })
    }
  }
}

function factsOf({ status, headers, codes }: Refused): string {
  const requestId = requestIdIn(headers)
  const about = status === undefined ? 'within its reply' : `HTTP ${status}`
  return [about, ...codes, ...(requestId === undefined ? [] : [`request ${requestId}`])].join(', ')
}

function verdict({ status, codes, words }: Refused): { readonly code: ErrorCode; readonly because: string } {
  if (codes.some((code) => spent.has(code)) || status === 402)
    return { code: 'rejected', because: 'has no money left in its account: add credit, or raise its limit' }
  if (status === 404) return { code: 'not-found', because: 'is not there: check its name and the address' }
  if (status === undefined) {
    return codes.some((code) => final.has(code))
      ? { code: 'rejected', because: 'gave up' }
      : { code: 'unavailable', because: 'broke off with an error' }
  }
  if (status === 408 || status === 409 || status === 429 || status >= 500)
    return { code: 'unavailable', because: 'can take nothing now' }
  if (status === 401 || status === 403)
    return { code: 'rejected', because: 'refuses these credentials: check the key and its rights' }
  if (tooLong.test([...codes, words].join(' ')))
    return { code: 'rejected', because: 'was asked more than its context holds: send less' }
  return { code: 'rejected', because: 'refused the request' }
}
