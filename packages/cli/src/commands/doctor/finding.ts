import { errorText, MendkitError, redact } from '@mendkit/core'

/** One thing that was looked at. */
export interface Finding {
  readonly ok: boolean
  readonly about: string
  readonly says: string
}

/** What went wrong while looking. */
export function wrong(about: string, error: unknown): Finding {
  return { ok: false, about, says: MendkitError.is(error) ? redact(error.message) : errorText(error) }
}
