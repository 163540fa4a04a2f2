import { createPublicKey, hash, type KeyObject } from 'node:crypto'
import { MendkitError } from '../errors.ts'

/** A public key that a signed note is checked with. */
export interface VerifierKey {
  readonly name: string
  /** 8 hex digits: the start of a SHA-256 over name, algorithm and public key. */
  readonly id: string
  /** 32 bytes. */
  readonly publicKey: Uint8Array
}

/** Names of keys stand in signature lines, as one word. */
export function isKeyName(name: string): boolean {
  return name !== '' && name.length <= 200 && name.isWellFormed() && !/[\s+\p{Cc}]/u.test(name)
}

/** The key of a signer, or of anything with its name and public key. */
export function verifierKeyOf({ name, publicKey }: Pick<VerifierKey, 'name' | 'publicKey'>): VerifierKey {
  const id = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), Uint8Array.of(algorithm), publicKey])).slice(0, 8)
  return { name, id, publicKey }
}

/** A key as one line of text: `<name>+<id>+<base64>`, as the tools of Go write it too. */
export function verifierKeyText({ name, id, publicKey }: VerifierKey): string {
  return `${name}+${id}+${Buffer.concat([Uint8Array.of(algorithm), publicKey]).toString('base64')}`
}

/** Reads a key from its line of text. Throws `invalid` for anything else, and for another algorithm than Ed25519. */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name = '', , base64 = ''] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text) ?? []
  const bytes = Buffer.from(base64, 'base64')
  if (isKeyName(name) && bytes.length === 33 && bytes[0] === algorithm) {
    const key = verifierKeyOf({ name, publicKey: new Uint8Array(bytes.subarray(1)) })
    if (verifierKeyText(key) === text) return key
  }
  const wanted = 'one line such as ops.example.com/mendkit+1a2b3c4d+AQ…, as `mendkit audit keygen` prints it'
  throw new MendkitError('invalid', `this is no Ed25519 verifier key; a verifier key is ${wanted}`)
}

/** The key in the form that `node:crypto` verifies with. */
export function keyObjectOf({ publicKey }: VerifierKey): KeyObject {
  return createPublicKey({
    key: Buffer.concat([Buffer.from(spkiOfEd25519, 'hex'), publicKey]),
    format: 'der',
    type: 'spki',
  })
}

/** What stands for Ed25519 in signed notes. */
const algorithm = 1
/** How every Ed25519 public key begins as SubjectPublicKeyInfo (RFC 8410). */
const spkiOfEd25519 = '302a300506032b6570032100'
