import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import { isKeyName } from '../audit/verifier-key.ts'
import { MendkitError } from '../errors.ts'
import type { Signer } from '../ports/signer.ts'

/** What an Ed25519 key is made a signer with. */
export interface Ed25519SignerOptions {
  /** Who signs, such as `ops.example.com/mendkit`: one word without `+`, the same for every key that this deployment ever has. */
  readonly name: string
  /** The private key as PEM text (PKCS #8), such as from a secret of the environment. */
  readonly privateKey: string
}

/** A signer for audit logs from a private key in PEM text. Throws `config` when it is no Ed25519 key; the text is never shown. */
export function ed25519Signer({ name, privateKey }: Ed25519SignerOptions): Signer {
  if (typeof name !== 'string' || !isKeyName(name)) {
    const wanted = 'one word of at most 200 characters without "+", such as ops.example.com/mendkit'
    throw new MendkitError('config', `the name of a signer must be ${wanted}`, { path: 'name' })
  }
  const key = readKey(privateKey)
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' })
  return {
    spec: 1,
    id: `ed25519:${name}`,
    name,
    publicKey: new Uint8Array(Buffer.from(x, 'base64url')),
    sign: (message) => sign(null, message, key),
  }
}

function readKey(pem: string): KeyObject {
  const refusal = new MendkitError(
    'config',
    'the private key of a signer must be an Ed25519 key in PEM text; `mendkit audit keygen --out <file>` makes one',
    { path: 'privateKey' },
  )
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch {
    // The cause may quote the text, which is a secret.
    throw refusal
  }
  throw refusal
}
