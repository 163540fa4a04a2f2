import { verify } from 'node:crypto'
import { MendkitError } from '../errors.ts'
import { parseNote } from './note.ts'
import { keyObjectOf, type VerifierKey } from './verifier-key.ts'

/** A signed note that was read: its text, and those of the given keys whose signatures on it are good. */
export interface OpenedNote {
  readonly body: string
  readonly signedBy: readonly VerifierKey[]
}

/** Reads a signed note (C2SP signed-note) and checks its signatures. Throws `invalid` for text that is none. */
export function openNote(text: string, keys: readonly VerifierKey[]): OpenedNote {
  const { body, signatures } = parseNote(text, (because) => {
    return new MendkitError('invalid', `this is no signed note: ${because}`)
  })
  const bytes = Buffer.from(body)
  const signedBy = keys.filter((key) =>
    signatures.some(
      ({ name, keyId, signature }) =>
        name === key.name && keyId === key.id && verify(null, bytes, keyObjectOf(key), signature),
    ),
  )
  return { body, signedBy }
}
