import { MendkitError } from '../errors.ts'

/** A stored row that cannot be used. `path` is the field of its body that is at fault. */
export function corruptRow(
  what: string,
  because: string,
  given: { readonly path?: string; readonly cause?: unknown } = {},
): MendkitError {
  const message = `${what} does not read back as it was written: ${because}; restore it from a backup, or update this program if a newer version wrote it`
  return new MendkitError('corrupt', message, given)
}
