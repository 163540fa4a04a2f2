import { constants, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { type CertifierAlgorithm, type KeyCertifier, MendkitError } from '@mendkit/core'

/** How a certifier for tests fails. */
export type CertifierFault = 'unavailable' | 'rejected' | 'hangs' | 'signs-else'

/** A certifier for tests, as a KMS would be one; its key lasts as long as the process. */
export interface TestKeyCertifier extends KeyCertifier {
  /** How it answers from now on; `undefined`: well. */
  fault: CertifierFault | undefined
  /** Statements that it was asked to sign. */
  readonly asked: readonly Uint8Array[]
}

/** Makes a certifier with a new key of the kind that this algorithm takes. */
export function testKeyCertifier(algorithm: CertifierAlgorithm = 'ed25519', id = 'test-kms'): TestKeyCertifier {
  const privateKey = newKey(algorithm)
  const asked: Uint8Array[] = []
  const certifier: TestKeyCertifier = {
    spec: 1,
    id,
    keyId: `${id}/keys/1`,
    publicKey: createPublicKey(privateKey).export({ format: 'pem', type: 'spki' }).toString(),
    fault: undefined,
    asked,
    async certify(statement, { signal }) {
      signal.throwIfAborted()
      asked.push(statement)
      const { fault } = certifier
      if (fault === 'hangs') return untilAborted(signal)
      if (fault === 'unavailable' || fault === 'rejected') throw new MendkitError(fault, `${id} is told to fail`)
      return signed(fault === 'signs-else' ? Buffer.from('something else') : statement)
    },
  }
  return certifier

  function signed(message: Uint8Array): Uint8Array {
    if (algorithm === 'ed25519') return sign(null, message, privateKey)
    if (algorithm === 'ecdsa-p256-sha256') return sign('sha256', message, privateKey)
    const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    return sign('sha256', message, { key: privateKey, ...padding })
  }
}

function newKey(algorithm: CertifierAlgorithm) {
  if (algorithm === 'ed25519') return generateKeyPairSync('ed25519').privateKey
  if (algorithm === 'ecdsa-p256-sha256') return generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey
  return generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
