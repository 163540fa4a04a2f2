import { MendkitError } from '../errors.ts'
import type { Signer } from '../ports/signer.ts'
import { hashBytes } from './hash-tree.ts'
import { type NoteSignature, noteBytes, parseNote, signNote } from './note.ts'
import type { VerifierKey } from './verifier-key.ts'

/** A checkpoint (C2SP tlog-checkpoint) as its signed note says it. */
export interface Checkpoint {
  readonly origin: string
  readonly size: number
  /** 32 bytes. */
  readonly root: Uint8Array
  /** What is signed. */
  readonly body: Uint8Array
  readonly signatures: readonly NoteSignature[]
}

/** Longer notes are refused unread. */
const maxNote = 16_384

/** Signs where a log ends: the text of the note (C2SP signed-note). */
export function signCheckpoint(end: Pick<Checkpoint, 'origin' | 'size' | 'root'>, signers: readonly Signer[]): string {
  return signNote(`${end.origin}\n${end.size}\n${base64(end.root)}\n`, signers)
}

/** Reads a checkpoint. Throws `invalid` unless the text is exactly the note of one, with 1 to 16 signatures. */
export function parseCheckpoint(note: string): Checkpoint {
  if (note.length > maxNote) throw malformed(`it is longer than ${maxNote} characters`)
  const { body, signatures } = parseNote(note, malformed)
  const [origin = '', size = '', root = '', ...extra] = body.slice(0, -1).split('\n')
  if (origin === '' || extra.length > 0) throw malformed('its text is not the three lines origin, size and root')
  if (!/^(0|[1-9][0-9]{0,15})$/.test(size) || !Number.isSafeInteger(Number(size)))
    throw malformed('its size is no number')
  return {
    origin,
    size: Number(size),
    root: noteBytes(root, 'its root', (length) => length === hashBytes, malformed),
    body: Buffer.from(body),
    signatures,
  }
}

/** What names a key in a signature line. */
export function isSignedAs({ signatures }: Checkpoint, { name, id }: Pick<VerifierKey, 'name' | 'id'>): boolean {
  return signatures.some((one) => one.name === name && one.keyId === id)
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

function malformed(because: string): MendkitError {
  return new MendkitError('invalid', `this is no checkpoint: ${because}`)
}
