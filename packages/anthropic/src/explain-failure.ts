import { MendkitError, type ModelName, redact } from '@mendkit/core'
import { z } from 'zod'
import { parseRetryAfter } from './parse-retry-after.ts'

/** A failure of the vendor's client, by its shape: several copies of its package may be about. */
const failure = z.object({
  name: z.string().catch('Error'),
  status: z.int().optional().catch(undefined),
  type: z.string().nullish().catch(undefined),
  apiMessage: z.string().nullish().catch(undefined),
  requestID: z.string().nullish().catch(undefined),
  headers: z
    .custom<Headers>((value) => value instanceof Headers)
    .optional()
    .catch(undefined),
})

/** Statuses by what Anthropic calls them. In a stream there is no other word for what went wrong. */
const statuses: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
}

/** What a filter says that did not let a request through. There is no code for it. */
const filtered = /content filtering policy/i

/** The provider's name of a request that one of its filters refused; undefined for every other failure. */
export function filteredRequest(error: unknown): { readonly requestId: string | undefined } | undefined {
  const { status, apiMessage, requestID } = failure.safeParse(error).data ?? {}
  return status === 400 && filtered.test(apiMessage ?? '') ? { requestId: requestID ?? undefined } : undefined
}

const maxWords = 300

/** What a failed call means. Of the vendor's words only those stand in it that tell what to change, without any secret. */
export function explainFailure(error: unknown, named: ModelName, secrets: readonly string[]): MendkitError {
  const told = failure.safeParse(error).data
  const status = told?.status ?? (told?.type == null ? undefined : statuses[told.type])
  const who = `${named.provider}: ${named.model}`
  // An event that is no JSON. The error's own words would repeat it.
  if (told?.name === 'SyntaxError') return new MendkitError('bad-response', `${who} sent an event that is no JSON`)
  if (status === undefined) {
    const reason = told?.type ?? connectionFault(error) ?? told?.name ?? typeof error
    return new MendkitError('unavailable', `${who} gave no answer (${reason})`)
  }
  const retryAfterMs = parseRetryAfter(told?.headers)
  const facts = { status, ...(retryAfterMs !== undefined && { retryAfterMs }) }
  const said = `HTTP ${status}${told?.type == null ? '' : `, ${told.type}`}${told?.requestID == null ? '' : `, request ${told.requestID}`}`
  const isLater =
    told?.type !== 'billing_error' && (status === 408 || status === 409 || status === 429 || status >= 500)
  if (isLater) return new MendkitError('unavailable', `${who} cannot answer now (${said})`, facts)
  if (status === 404) {
    return new MendkitError('not-found', `${who} is not there (${said}): check the model's name and the address`, facts)
  }
  if (status < 400) {
    return new MendkitError('rejected', `${who} is not where it was asked for (${said}): check the address`, facts)
  }
  if (status === 401 || status === 403) {
    return new MendkitError(
      'rejected',
      `${who} refuses these credentials (${said}): check the key and its rights`,
      facts,
    )
  }
  const words = told?.apiMessage == null ? '' : `: ${harmless(told.apiMessage, secrets)}`
  return new MendkitError('rejected', `${who} refused the request (${said})${words}`, facts)
}

/** The vendor's words, which may repeat what was sent. */
function harmless(text: string, secrets: readonly string[]): string {
  const known = secrets.filter((secret) => secret.length > 0)
  return redact(known.reduce((rest, secret) => rest.replaceAll(secret, '[redacted:key]'), text)).slice(0, maxWords)
}

const maxCauses = 5

/** The system's code of a connection that failed, such as `ECONNREFUSED`. */
function connectionFault(error: unknown): string | undefined {
  let current = error
  for (let depth = 0; depth < maxCauses && current instanceof Error; depth += 1) {
    const { code } = current as { code?: unknown }
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code)) return code
    current = current.cause
  }
  return undefined
}
