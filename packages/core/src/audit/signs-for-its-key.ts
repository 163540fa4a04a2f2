import { verify } from 'node:crypto'
import type { Signer } from '../ports/signer.ts'
import { keyObjectOf, verifierKeyOf } from './verifier-key.ts'

/** What is signed to see it: no checkpoint of any log. */
const probe = 'a signature to see that this key signs; it speaks of no log\n'

/** Whether what a signer signs is good under its public key. A log keeps each checkpoint for good, the bad ones too. */
export function signsForItsKey(signer: Signer): boolean {
  const message = Buffer.from(probe)
  const signature: unknown = signer.sign(message)
  if (!(signature instanceof Uint8Array) || signature.length !== 64) return false
  return verify(null, message, keyObjectOf(verifierKeyOf(signer)), signature)
}
