import { type ErrorCode, MendkitError, redact } from '@mendkit/core'
import { z } from 'zod'
import type { FailureCause, KubernetesFailure } from './kubernetes-failure.ts'

/** What was being asked, for the message and for judging whether it may have had an effect. */
export interface RequestIntent {
  /** Reads after "cannot": `patch Deployment shop/checkout`. */
  readonly doing: string
  /** True for a request that stores something when it succeeds; false for reads, reviews and dry runs. */
  readonly stores: boolean
}

const IN_DOUBT = 'the change may have been made, so read the object before trying again'

const statusSchema = z.looseObject({
  message: z.string().optional(),
  reason: z.string().optional(),
  details: z
    .looseObject({
      retryAfterSeconds: z.number().optional(),
      causes: z
        .array(
          z.looseObject({
            reason: z.string().optional(),
            field: z.string().optional(),
            message: z.string().optional(),
          }),
        )
        .optional(),
    })
    .optional(),
})

/** Turns an answer that is not 2xx into the error to throw. */
export function apiFailure(
  intent: RequestIntent,
  answer: { readonly status: number; readonly body: string; readonly retryAfterMs?: number | undefined },
): MendkitError {
  const { status } = answer
  const parsed = statusSchema.safeParse(jsonOrUndefined(answer.body))
  const said = parsed.success ? parsed.data : {}
  const causes = (said.details?.causes ?? []).map(withoutValues)
  const failure: KubernetesFailure = {
    failure: 'kubernetes',
    status,
    ...(said.reason !== undefined && said.reason !== '' ? { reason: said.reason } : {}),
    causes,
    effect: intent.stores && (status >= 500 || status === 408) ? 'unknown' : 'none',
  }
  const seconds = said.details?.retryAfterSeconds
  const retryAfterMs = answer.retryAfterMs ?? (seconds ? seconds * 1000 : undefined)
  const reason = failure.reason === undefined ? `${status}` : `${status} ${failure.reason}`
  return new MendkitError(
    codeFor(status),
    `cannot ${intent.doing}: ${explain(status, said.message, causes)} (${reason}); ${advice(status, failure.effect)}`,
    { cause: failure, status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
  )
}

/** The error for a request that got no answer. `sent` says whether its bytes may have reached the server. */
export function noAnswer(intent: RequestIntent, because: string, sent: boolean): MendkitError {
  const effect = intent.stores && sent ? 'unknown' : 'none'
  const failure: KubernetesFailure = { failure: 'kubernetes', causes: [], effect }
  const doubt = effect === 'unknown' ? `; ${IN_DOUBT}` : ''
  return new MendkitError('unavailable', `cannot ${intent.doing}: ${because}${doubt}`, { cause: failure })
}

/** The error for an answer that is not what the Kubernetes API promises. */
export function badAnswer(intent: RequestIntent, because: string): MendkitError {
  const failure: KubernetesFailure = {
    failure: 'kubernetes',
    causes: [],
    effect: intent.stores ? 'unknown' : 'none',
  }
  return new MendkitError('bad-response', `cannot ${intent.doing}: ${because}`, { cause: failure })
}

function codeFor(status: number): ErrorCode {
  if (status === 404) return 'not-found'
  if (status === 409 || status === 410) return 'conflict'
  if (status === 408 || status === 429 || status >= 500) return 'unavailable'
  return status >= 400 ? 'rejected' : 'bad-response'
}

// The server's text on a refused field quotes the field's value, which can be a password in an environment variable. So
// for those only paths and reasons are told.
function explain(status: number, message: string | undefined, causes: readonly FailureCause[]): string {
  const fields = causes.filter((cause) => cause.field !== undefined)
  if (fields.length > 0) {
    return fields.map((cause) => `${cause.field}: ${cause.reason ?? 'refused'}`).join('; ')
  }
  if (message === undefined || message === '') return `the API server answered with status ${status}`
  if (status === 422 || status === 400)
    return told(message.replaceAll(/Invalid value: "(?:[^"\\]|\\.)*"/g, 'Invalid value'))
  return told(message)
}

/** The words of the server, which can be a webhook's and quote anything. */
function told(words: string): string {
  return redact(words.slice(0, 4_000)).slice(0, 500)
}

function withoutValues(cause: FailureCause): FailureCause {
  const { reason, field, message } = cause
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(field === undefined || field === '' ? {} : { field }),
    ...(message === undefined || (field !== undefined && field !== '') ? {} : { message: told(message) }),
  }
}

function advice(status: number, effect: KubernetesFailure['effect']): string {
  if (effect === 'unknown') return IN_DOUBT
  if (status === 401) return 'renew the credentials'
  if (status === 403) return 'grant this in the role of these credentials'
  if (status === 404) return 'check the name, and whether somebody has deleted it'
  if (status === 409) return 'it is no longer as the request supposed: read it again'
  if (status === 410) return 'what was asked for has expired: start again from a fresh read'
  if (status === 422)
    return 'it is no longer as the request supposed, or the content is not valid: read it again and compare'
  if (status === 429 || status >= 500 || status === 408) return 'try again later'
  return 'look up this status in the documentation of the Kubernetes API'
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A proxy's HTML page carries no reason; its status still says what happened.
    return undefined
  }
}
