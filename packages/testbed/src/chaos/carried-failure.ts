import { MendkitError } from '@mendkit/core'

/** An error on its way to another process. */
export interface CarriedFailure {
  readonly code: MendkitError['code'] | undefined
  readonly message: string
  readonly status: number | undefined
  readonly retryAfterMs: number | undefined
  readonly effect: 'none' | undefined
  /** What a client knows about a failed call; plain data. */
  readonly cause: unknown
}

/** Packs an error. */
export function failureTo(error: unknown): CarriedFailure {
  const known = MendkitError.is(error) ? error : undefined
  return {
    code: known?.code,
    message: error instanceof Error ? error.message : String(error),
    status: known?.status,
    retryAfterMs: known?.retryAfterMs,
    effect: known?.effect,
    cause: known?.cause,
  }
}

/** Unpacks it: the same error for whoever looks at its code, status and cause. */
export function failureFrom({ code, message, status, retryAfterMs, effect, cause }: CarriedFailure): Error {
  if (code === undefined) return new Error(message, { cause })
  return new MendkitError(code, message, {
    cause,
    ...(status !== undefined && { status }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(effect !== undefined && { effect }),
  })
}
