import { MendkitError } from '../../errors.ts'

/**
 * Whether a call that failed was certainly not billed: it was never sent, or the provider turned it away. A connection that broke, a
 * time-out and a failure of the provider's own may have been billed all the same.
 */
export function isUnbilled(error: unknown): boolean {
  if (!MendkitError.is(error)) return false
  const { effect, status, code } = error
  if (effect === 'none' || code === 'unsupported') return true
  return status !== undefined && status >= 400 && status < 500 && status !== 408
}
