import { MendkitError } from '../errors.ts'
import type { Signer } from '../ports/signer.ts'
import { hashBytes } from './hash-tree.ts'
import { type VerifierKey, verifierKeyOf } from './verifier-key.ts'

/** One signature line of a note. */
interface NoteSignature {
  readonly name: string
  /** 8 hex digits. */
  readonly keyId: string
  readonly signature: Uint8Array
}

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

/** More signatures than this are refused, so that nobody is kept busy by checking them. */
const maxSignatures = 16
/** Longer notes are refused unread. */
const maxNote = 16_384

/** Signs where a log ends: the text of the note (C2SP signed-note). */
export function signCheckpoint(end: Pick<Checkpoint, 'origin' | 'size' | 'root'>, signers: readonly Signer[]): string {
  const body = `${end.origin}\n${end.size}\n${base64(end.root)}\n`
  const lines = signers.map((signer) => signatureLine(signer, signer.sign(Buffer.from(body))))
  return `${body}\n${lines.join('')}`
}

/** The line that a signature is in a note. Throws `config` for what is no Ed25519 signature. */
export function signatureLine(signer: Pick<Signer, 'id' | 'name' | 'publicKey'>, signature: Uint8Array): string {
  if (signature.length !== 64) {
    throw new MendkitError('config', `signer ${signer.id} answered no Ed25519 signature of 64 bytes`)
  }
  const { id } = verifierKeyOf(signer)
  return `— ${signer.name} ${base64(Buffer.concat([Buffer.from(id, 'hex'), signature]))}\n`
}

/** Reads a checkpoint. Throws `invalid` unless the text is exactly the note of one, with 1 to 16 signatures. */
export function parseCheckpoint(note: string): Checkpoint {
  if (note.length > maxNote) throw malformed(`it is longer than ${maxNote} characters`)
  const [body, tail, ...more] = note.split('\n\n')
  const [origin = '', size = '', root = '', ...extra] = (body ?? '').split('\n')
  if (tail === undefined || more.length > 0 || !tail.endsWith('\n')) {
    throw malformed('it is not a text, an empty line and signature lines')
  }
  if (origin === '' || extra.length > 0) throw malformed('its text is not the three lines origin, size and root')
  if (!/^(0|[1-9][0-9]{0,15})$/.test(size) || !Number.isSafeInteger(Number(size)))
    throw malformed('its size is no number')
  const lines = tail.slice(0, -1).split('\n')
  if (lines.length > maxSignatures) throw malformed(`it has more than ${maxSignatures} signatures`)
  return {
    origin,
    size: Number(size),
    root: bytesOf(root, 'its root', (length) => length === hashBytes),
    body: Buffer.from(`${body}\n`),
    signatures: lines.map(parseLine),
  }
}

/** What names a key in a signature line. */
export function isSignedAs({ signatures }: Checkpoint, { name, id }: Pick<VerifierKey, 'name' | 'id'>): boolean {
  return signatures.some((one) => one.name === name && one.keyId === id)
}

function parseLine(line: string): NoteSignature {
  const [, name = '', text = ''] = /^— ([^\s+]+) ([A-Za-z0-9+/=]+)$/.exec(line) ?? []
  if (name === '') throw malformed('one of its signature lines is none')
  const bytes = bytesOf(text, 'a signature', (length) => length > 4)
  return { name, keyId: Buffer.from(bytes.subarray(0, 4)).toString('hex'), signature: bytes.subarray(4) }
}

function bytesOf(text: string, what: string, fits: (length: number) => boolean): Uint8Array {
  const bytes = Buffer.from(text, 'base64')
  // Decoding is lenient; one meaning has one text.
  if (!fits(bytes.length) || bytes.toString('base64') !== text) throw malformed(`${what} is not well-formed base64`)
  return bytes
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

function malformed(because: string): MendkitError {
  return new MendkitError('invalid', `this is no checkpoint: ${because}`)
}
