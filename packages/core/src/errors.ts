/**
 * Every code a Mendkit error can carry. Branch on the code, never on the message.
 *
 * - `config`: an option is wrong; the program must change. `path` names the option.
 * - `invalid`: an input (alert, command, parameter) was refused and nothing was written. `path` names the field.
 * - `not-found`: the named thing does not exist, or not for this tenant.
 * - `forbidden`: this principal may not do this.
 * - `conflict`: somebody else changed the thing first; read again and decide anew.
 * - `unavailable`: the same call may succeed later with nothing changed.
 * - `rejected`: the other system understood and refused (401, 403, 422 …).
 * - `bad-response`: the other system answered with something that its own protocol does not allow.
 * - `unsupported`: this adapter or version cannot do this.
 * - `corrupt`: stored data does not read back as what was written.
 */
export type ErrorCode =
  | 'config'
  | 'invalid'
  | 'not-found'
  | 'forbidden'
  | 'conflict'
  | 'unavailable'
  | 'rejected'
  | 'bad-response'
  | 'unsupported'
  | 'corrupt'

/** What an error can say beside its message. */
export interface MendkitErrorOptions extends ErrorOptions {
  /** Dotted path of the field that was refused, such as `alerts[3].labels.alertname`. */
  readonly path?: string
  /** Milliseconds after which the other system said a retry makes sense. What is no such number counts as absent. */
  readonly retryAfterMs?: number
  /** HTTP status of the other system's answer, when there was one. */
  readonly status?: number
  /**
   * Given when this call has certainly changed nothing: it was never sent, or was turned away unread. Absent means that
   * nothing is known.
   */
  readonly effect?: 'none'
}

/** The one error class that Mendkit and its adapters throw. */
export class MendkitError extends Error {
  override readonly name = 'MendkitError'
  /** Survives duplicate copies of this package, where `instanceof` does not. */
  readonly brand = 'mendkit/error'
  readonly code: ErrorCode
  readonly path: string | undefined
  readonly retryAfterMs: number | undefined
  readonly status: number | undefined
  /** `none` when this call has certainly changed nothing. */
  readonly effect: 'none' | undefined

  constructor(code: ErrorCode, message: string, options: MendkitErrorOptions = {}) {
    super(message, options)
    this.code = code
    this.path = options.path
    this.retryAfterMs = wait(options.retryAfterMs)
    this.status = options.status
    this.effect = options.effect
  }

  /** True when the same call may succeed later with nothing changed. */
  get retryable(): boolean {
    return this.code === 'unavailable'
  }

  /** Whether `value` is a Mendkit error, from any copy of this package, and has this `code` when one is given. */
  static is(value: unknown, code?: ErrorCode): value is MendkitError {
    const error = value as Partial<MendkitError> | null | undefined
    return error?.brand === 'mendkit/error' && (code === undefined || error.code === code)
  }
}

/** A wait in whole milliseconds. What is none, such as a date that was read as a number, counts as not said. */
function wait(ms: number | undefined): number | undefined {
  return ms !== undefined && Number.isFinite(ms) && ms >= 0 ? Math.ceil(ms) : undefined
}
