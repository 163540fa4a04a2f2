import { constants, createPublicKey, hash, type KeyObject, verify } from 'node:crypto'
import { MendkitError } from '../errors.ts'
import type { CertifierAlgorithm } from '../model/log-key.ts'

/** A public key that certificates for keys of logs are checked with. */
export interface CertifierKey {
  readonly algorithm: CertifierAlgorithm
  /** SHA-256 of the key (SPKI, DER), hex. */
  readonly fingerprint: string
  /** Whether this key made the signature over these bytes. */
  readonly isSignedBy: (message: Uint8Array, signature: Uint8Array) => boolean
}

/** Reads a public key from PEM text. Throws `invalid` for anything but an Ed25519, P-256 or RSA key of 2048 bits or more. */
export function parseCertifierKey(pem: string): CertifierKey {
  const key = publicKeyIn(pem)
  const algorithm = key && algorithmOf(key)
  if (key === undefined || algorithm === undefined) {
    const wanted = 'an Ed25519, P-256 or RSA key (2048 bits or more) as PEM text that begins with BEGIN PUBLIC KEY'
    throw new MendkitError('invalid', `this is no public key of a certifier; it must be ${wanted}`)
  }
  const fingerprint = hash('sha256', key.export({ format: 'der', type: 'spki' }))
  return { algorithm, fingerprint, isSignedBy: (message, signature) => isGood(key, algorithm, message, signature) }
}

/** Whether this PEM text is a key that `parseCertifierKey` reads. */
export function isCertifierKey(pem: string): boolean {
  const key = publicKeyIn(pem)
  return key !== undefined && algorithmOf(key) !== undefined
}

function publicKeyIn(pem: string): KeyObject | undefined {
  // A private key would be read as well, and has no place here.
  if (!/^\s*-----BEGIN PUBLIC KEY-----/.test(pem)) return undefined
  try {
    return createPublicKey(pem)
  } catch {
    // Whatever it is, it is no key; the caller says so.
    return undefined
  }
}

function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject): CertifierAlgorithm | undefined {
  if (asymmetricKeyType === 'ed25519') return 'ed25519'
  if (asymmetricKeyType === 'ec' && asymmetricKeyDetails.namedCurve === 'prime256v1') return 'ecdsa-p256-sha256'
  return asymmetricKeyType === 'rsa' && (asymmetricKeyDetails.modulusLength ?? 0) >= 2_048
    ? 'rsa-pss-sha256'
    : undefined
}

function isGood(key: KeyObject, algorithm: CertifierAlgorithm, message: Uint8Array, signature: Uint8Array): boolean {
  if (algorithm === 'ed25519') return verify(null, message, key, signature)
  if (algorithm === 'ecdsa-p256-sha256') return verify('sha256', message, key, signature)
  const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO }
  return verify('sha256', message, pss, signature)
}
