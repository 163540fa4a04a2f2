import { MendkitError } from '@mendkit/core'
import { type FailureReply, refuse, tryLater } from './webhook-reply.ts'

/**
 * The answer when the engine did not take the alerts. A 4xx only when sending the same again would end the same; Alertmanager
 * repeats a request after any 5xx. Never 429, after which it does not.
 */
export function answerToFailure(error: unknown): FailureReply {
  const hint = 'sending the same alerts again is safe'
  if (!MendkitError.is(error)) {
    const name = error instanceof Error ? error.name : typeof error
    return refuse(500, { error: `the alerts were not taken: ${name}`, hint })
  }
  const failure = { error: error.message, ...(error.path === undefined ? {} : { path: error.path }) }
  switch (error.code) {
    case 'unavailable':
    case 'conflict':
      return tryLater({ ...failure, hint }, error.retryAfterMs)
    case 'invalid':
      return refuse(400, { ...failure, hint: 'correct the field and send the alerts again' })
    case 'forbidden':
      return refuse(403, { ...failure, hint: 'check the tenant that the webhook was made for' })
    case 'config':
    case 'not-found':
    case 'rejected':
    case 'bad-response':
    case 'unsupported':
    case 'corrupt':
      return refuse(500, { ...failure, hint })
  }
}
