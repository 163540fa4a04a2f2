import { type ErrorCode, MendkitError } from '@mendkit/core'

/** Kubernetes' own causes of a refusal. */
export interface StatusCause {
  readonly reason?: string
  readonly field?: string
  readonly message?: string
}

interface StatusFacts {
  readonly status: number
  readonly reason: string
  readonly message: string
  readonly causes?: readonly StatusCause[]
  readonly retryAfterMs?: number
  /** A write that may have been carried out although it was answered with an error. */
  readonly effect?: 'none' | 'unknown'
}

/** The error that a client throws for a refusal of the API server. */
export function statusError(facts: StatusFacts): MendkitError {
  const { status, reason, message, causes = [], retryAfterMs, effect = 'none' } = facts
  return new MendkitError(codeFor(status), `${message} (${status} ${reason})`, {
    status,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    cause: { failure: 'kubernetes', status, reason, causes, effect },
  })
}

/** The error that a client throws when no answer came. */
export function lostAnswer(message: string, effect: 'none' | 'unknown'): MendkitError {
  return new MendkitError('unavailable', message, { cause: { failure: 'kubernetes', causes: [], effect } })
}

/** 404 for one object. */
export function notFound(resource: string, name: string): MendkitError {
  return statusError({ status: 404, reason: 'NotFound', message: `${resource} "${name}" not found` })
}

/** 409 for an object that has moved on. */
export function conflicted(resource: string, name: string, because: string): MendkitError {
  return statusError({
    status: 409,
    reason: 'Conflict',
    message: `Operation cannot be fulfilled on ${resource} "${name}": ${because}`,
  })
}

/** 409 for an object that exists already. */
export function alreadyExists(resource: string, name: string): MendkitError {
  return statusError({ status: 409, reason: 'AlreadyExists', message: `${resource} "${name}" already exists` })
}

/** 422 for an object that breaks the rules of its kind. */
export function invalidObject(kind: string, name: string, causes: readonly StatusCause[]): MendkitError {
  const fields = causes.map((cause) => `${cause.field}: ${cause.reason}`).join(', ')
  return statusError({ status: 422, reason: 'Invalid', message: `${kind} "${name}" is invalid: ${fields}`, causes })
}

/** 422 for a patch that does not apply: a failed test looks exactly like a path that is not there. */
export function patchRefused(): MendkitError {
  return statusError({
    status: 422,
    reason: 'Invalid',
    message: 'the server rejected our request due to an error in our request',
  })
}

/** 403 for credentials without the permission. */
export function forbidden(user: string, verb: string, resource: string, namespace: string | undefined): MendkitError {
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`
  return statusError({
    status: 403,
    reason: 'Forbidden',
    message: `${resource} is forbidden: User "${user}" cannot ${verb} resource "${resource}" ${where}`,
  })
}

/** 400 for a request that makes no sense. */
export function badRequest(message: string): MendkitError {
  return statusError({ status: 400, reason: 'BadRequest', message })
}

function codeFor(status: number): ErrorCode {
  if (status === 404) return 'not-found'
  if (status === 409 || status === 410) return 'conflict'
  return status === 429 || status >= 500 ? 'unavailable' : 'rejected'
}
