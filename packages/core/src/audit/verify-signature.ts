import { type KeyObject, verify } from 'node:crypto'
import type { Checkpoint } from './checkpoint.ts'
import { keyObjectOf, type VerifierKey } from './verifier-key.ts'

/** Whether one of a checkpoint's signatures is this key's, and good. */
export type IsSignedBy = (checkpoint: Checkpoint, key: VerifierKey) => boolean

/** Checks signatures; a key is unpacked once. */
export function signatureChecks(): IsSignedBy {
  const unpacked = new Map<VerifierKey, KeyObject>()
  return ({ body, signatures }, key) => {
    const object = unpacked.get(key) ?? keyObjectOf(key)
    unpacked.set(key, object)
    return signatures.some(
      ({ name, keyId, signature }) => name === key.name && keyId === key.id && verify(null, body, object, signature),
    )
  }
}
