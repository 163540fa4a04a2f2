import { MendkitError } from '@mendkit/core'
import { failureOf } from './kubernetes-failure.ts'

/**
 * The error of a request that was to have an effect, in the words that an action owes the engine: `conflict` when the
 * guard did not hold and nothing happened, `unavailable` with `effect: 'none'` when the request was certainly not carried
 * out and may be sent again (429, no connection). Whatever leaves the outcome open stays as it is.
 */
export function effectFailure(error: unknown): unknown {
  const failure = failureOf(error)
  if (failure === undefined || !MendkitError.is(error)) return error
  if (isBudgetRefusal(error)) return new MendkitError('rejected', error.message, withStatus(failure.status, failure))
  if (failure.effect !== 'none') return error
  // The API server answers a failed `test` with 422, and so it does invalid content. The engine reads again and tells
  // the two apart: only when everything that was tested still holds was it the content.
  const guard = failure.status === 409 || failure.status === 422 || failure.status === 404
  if (guard) return new MendkitError('conflict', error.message, withStatus(failure.status, failure))
  if (error.code !== 'unavailable') return error
  const { retryAfterMs, message } = error
  const known = { ...withStatus(failure.status, failure), ...(retryAfterMs !== undefined && { retryAfterMs }) }
  return new MendkitError('unavailable', message, { ...known, effect: 'none' })
}

/** Whether a disruption budget said no to an eviction, or more than one would have had to be asked. Nothing happened then. */
export function isBudgetRefusal(error: unknown): boolean {
  return refusingBudget(error) !== undefined
}

/** What an eviction was refused with because of disruption budgets; undefined when it was not. */
export function refusingBudget(error: unknown): string | undefined {
  const failure = failureOf(error)
  if (failure === undefined || !MendkitError.is(error)) return undefined
  const cause = failure.causes.find(({ reason }) => reason === 'DisruptionBudget')
  if (cause !== undefined) return cause.message ?? 'no words'
  // A 500 with these words is all that the API server has to say of it, before it does anything.
  const isSeveral = failure.status === 500 && error.message.includes('more than one PodDisruptionBudget')
  return isSeveral ? 'more than one covers the pod, and the API server evicts no such pod' : undefined
}

/** Whether a request was refused because the object is no longer as the request supposed. */
export function isGuardFailure(error: unknown): boolean {
  const failure = failureOf(error)
  return failure?.effect === 'none' && (failure.status === 409 || failure.status === 422)
}

function withStatus(status: number | undefined, cause: unknown) {
  return { cause, ...(status === undefined ? {} : { status }) }
}
