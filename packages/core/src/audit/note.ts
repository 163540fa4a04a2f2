import { MendkitError } from '../errors.ts'
import type { Signer } from '../ports/signer.ts'
import { verifierKeyOf } from './verifier-key.ts'

/** One signature line of a note. */
export interface NoteSignature {
  readonly name: string
  /** 8 hex digits. */
  readonly keyId: string
  readonly signature: Uint8Array
}

/** A signed note (C2SP signed-note): a text, and who signed it. */
export interface Note {
  /** What is signed, with its last line break. */
  readonly body: string
  readonly signatures: readonly NoteSignature[]
}

/** More signatures than this are refused, so that nobody is kept busy by checking them. */
const maxSignatures = 16

/** Signs a text whose last character is a line break. */
export function signNote(body: string, signers: readonly Signer[]): string {
  const lines = signers.map((signer) => signatureLine(signer, signer.sign(Buffer.from(body))))
  return `${body}\n${lines.join('')}`
}

/** The line that a signature is in a note. Throws `config` for what is no Ed25519 signature. */
export function signatureLine(signer: Pick<Signer, 'id' | 'name' | 'publicKey'>, signature: Uint8Array): string {
  if (signature.length !== 64) {
    throw new MendkitError('config', `signer ${signer.id} answered no Ed25519 signature of 64 bytes`)
  }
  const { id } = verifierKeyOf(signer)
  return `— ${signer.name} ${Buffer.concat([Buffer.from(id, 'hex'), signature]).toString('base64')}\n`
}

/** Reads a note. Throws what `malformed` makes unless it is exactly a text without an empty line, and 1 to 16 signatures. */
export function parseNote(note: string, malformed: (because: string) => Error): Note {
  const [body, tail, ...more] = note.split('\n\n')
  if (tail === undefined || more.length > 0 || !tail.endsWith('\n')) {
    throw malformed('it is not a text, an empty line and signature lines')
  }
  const lines = tail.slice(0, -1).split('\n')
  if (lines.length > maxSignatures) throw malformed(`it has more than ${maxSignatures} signatures`)
  return { body: `${body}\n`, signatures: lines.map((line) => parseLine(line, malformed)) }
}

/** The bytes of a base64 text. Throws what `malformed` makes. */
export function noteBytes(
  text: string,
  what: string,
  fits: (length: number) => boolean,
  malformed: (because: string) => Error,
): Uint8Array {
  const bytes = Buffer.from(text, 'base64')
  // Decoding is lenient; one meaning has one text.
  if (!fits(bytes.length) || bytes.toString('base64') !== text) throw malformed(`${what} is not well-formed base64`)
  return bytes
}

function parseLine(line: string, malformed: (because: string) => Error): NoteSignature {
  const [, name = '', text = ''] = /^— ([^\s+]+) ([A-Za-z0-9+/=]+)$/.exec(line) ?? []
  if (name === '') throw malformed('one of its signature lines is none')
  const bytes = noteBytes(text, 'a signature', (length) => length > 4, malformed)
  return { name, keyId: Buffer.from(bytes.subarray(0, 4)).toString('hex'), signature: bytes.subarray(4) }
}
