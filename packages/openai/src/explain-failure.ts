import { MendkitError, message } from '@mendkit/core'
import type { ProviderFailure } from './parse-failure.ts'
import type { CollectedReply } from './reply.ts'

type Refused = Extract<ProviderFailure, { kind: 'refused' }>

/** Words of the providers for a filter that let a request not through. */
const filtered = new Set([
  'content_filter',
  'content_policy_violation',
  'invalid_prompt',
  'bio_policy',
  'misalignment_policy_violation',
])
const tooLong = new Set(['context_length_exceeded', 'string_above_max_length', 'exceed_context_size_error'])
const spent = new Set(['insufficient_quota', 'billing_hard_limit_reached', 'billing_not_active'])
/** What a provider says within a reply when the same request may work later. */
const later = new Set(['server_error', 'rate_limit_exceeded', 'overloaded_error', 'service_unavailable', 'timeout'])
const laterStatuses = new Set([408, 409, 425, 429])

/** Whether a filter of the provider, and not a mistake, is the reason. */
export function isFiltered(failure: ProviderFailure): failure is Refused {
  return failure.kind === 'refused' && failure.codes.some((code) => filtered.has(code))
}

/** What a refusal by a filter leaves of a reply. */
export function filteredReply({ words, requestId }: Refused, secrets: readonly string[]): CollectedReply {
  return {
    content: { kind: 'refusal', text: quotable(words, secrets) },
    finish: 'refusal',
    usage: {},
    warnings: ['no usage: a filter of the provider stopped the call'],
    ...(requestId !== undefined && { requestId }),
  }
}

/** The error that tells a caller what to do about a failure of `who`, such as `openai/gpt-… at api.openai.com`. */
export function explainFailure(failure: ProviderFailure, who: string, secrets: readonly string[]): MendkitError {
  if (failure.kind === 'no-protocol') return new MendkitError('bad-response', `${who}: ${failure.detail}`)
  if (failure.kind === 'no-answer') {
    const detail = failure.detail === undefined ? '' : ` (${failure.detail})`
    return new MendkitError('unavailable', `${who} cannot be reached, or broke off${detail}`)
  }
  const { status, retryAfterMs, requestId } = failure
  const words = quotable(failure.words, secrets)
  const about = status === undefined ? 'within its reply' : `HTTP ${status}`
  const named = requestId === undefined ? about : `${about}, request ${requestId}`
  const { code, because, quotes } = verdict(failure)
  const quoted = quotes && words !== '' ? message`: ${words}` : ''
  return new MendkitError(code, `${who} ${because} (${named})${quoted}`, {
    ...(status !== undefined && { status }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  })
}

interface Verdict {
  readonly code: 'unavailable' | 'rejected' | 'not-found'
  readonly because: string
  /** Whether the provider's words go on: they help with a request, and repeat keys where keys are the matter. */
  readonly quotes: boolean
}

function verdict({ status, codes, param }: Refused): Verdict {
  const says = (words: ReadonlySet<string>) => codes.some((code) => words.has(code))
  const rejected = (because: string, quotes = true): Verdict => ({ code: 'rejected', because, quotes })
  if (says(spent) || status === 402)
    return rejected('has no money left in its account: add credit, or raise its limit', false)
  if (says(tooLong))
    return rejected('was asked more than its context holds: send less, or take a model with a longer context')
  if (codes.includes('model_not_found') || codes.includes('DeploymentNotFound') || status === 404)
    return { code: 'not-found', because: 'is not known there: check `model` and the address', quotes: true }
  if (status === undefined)
    return says(later) || codes.length === 0
      ? { code: 'unavailable', because: 'broke off with an error', quotes: true }
      : rejected('gave up with an error')
  if (status >= 300 && status < 400)
    return rejected('answers with a redirect, which is not followed: give the final address as `baseURL`', false)
  if (status >= 500 || laterStatuses.has(status))
    return { code: 'unavailable', because: 'can take nothing now', quotes: true }
  if (status === 401 || status === 403)
    return rejected('does not let this key in: check `apiKey` and what it may do', false)
  if (status === 413) return rejected('was sent more than it takes: send less', false)
  if (param === 'include') return rejected('does not keep reasoning: set `keepReasoning: false`')
  return rejected('refused the request')
}

const mostWords = 300

/** On one line and without what it was sent in secret. What may be a page of a proxy is no words. */
function quotable(words: string, secrets: readonly string[]): string {
  if (/<\/?[a-z!]/i.test(words)) return ''
  const without = secrets.reduce((text, secret) => (secret.length < 4 ? text : text.replaceAll(secret, '[key]')), words)
  const line = without.replace(/\s+/g, ' ').trim()
  return line.length > mostWords ? `${line.slice(0, mostWords)}…` : line
}
