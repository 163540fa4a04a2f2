import { strict as assert } from 'node:assert'
import { createPublicKey, verify } from 'node:crypto'
import { parseVerifierKey, type Signer, verifierKeyOf, verifierKeyText } from '@mendkit/core'
import type { Contract } from './contract.ts'

/** What every `Signer` promises. */
export const signerContract: Contract<Signer> = [
  {
    says: 'signs any bytes so that Ed25519 verifies them with its public key, and nothing else',
    async check(make) {
      const signer = await make()
      const key = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(signer.publicKey).toString('base64url') }
      const object = createPublicKey({ key, format: 'jwk' })
      for (const message of [new Uint8Array(), Buffer.from('log/acme\n3\nroot\n'), Buffer.alloc(100_000, 7)]) {
        const signature = signer.sign(message)
        assert.equal(signature.length, 64)
        assert.ok(verify(null, message, object, signature))
        assert.ok(!verify(null, Buffer.concat([message, Buffer.from('.')]), object, signature))
      }
    },
  },
  {
    says: 'has a name and a public key that make a verifier key',
    async check(make) {
      const signer = await make()
      const key = verifierKeyOf(signer)
      assert.equal(parseVerifierKey(verifierKeyText(key)).id, key.id)
    },
  },
]
