import assert from 'node:assert/strict'
import { type KeyCertifier, keyStatement, parseCertifierKey } from '@mendkit/core'
import { leaksNot, needed, rejectsWith } from './assertions.ts'
import { callContext } from './call-context.ts'
import type { Contract } from './contract.ts'

/** What the contract needs of a key certifier. */
export interface KeyCertifierSubject {
  /** One that answers. */
  readonly certifier: KeyCertifier
  /** One whose KMS cannot be reached. */
  readonly unreachable?: KeyCertifier
  /** One whose KMS refuses for good, and tells everything that it was sent. */
  readonly refused?: KeyCertifier
  /** One whose KMS never answers. */
  readonly hanging?: KeyCertifier
  /** What all of them use to prove who they are; a part of the address counts. */
  readonly secret?: string
}

const statement = keyStatement({
  origin: 'log.example/test/acme',
  verifierKey: 'log.example/test+00000000+AQ==',
  certifiedAt: '2026-01-01T00:00:00.000Z',
})

/** What every `KeyCertifier` promises. */
export const keyCertifierContract: Contract<KeyCertifierSubject> = [
  {
    says: 'has spec 1, an id, the name of its key, and a public key that certificates can be checked with',
    async check(make) {
      const { certifier } = await make()
      assert.equal(certifier.spec, 1)
      assert.notEqual(certifier.id, '')
      assert.notEqual(certifier.keyId, '')
      assert.match(parseCertifierKey(certifier.publicKey).fingerprint, /^[0-9a-f]{64}$/)
    },
  },
  {
    says: 'signs a statement, and one of 4,000 bytes, so that its public key verifies exactly these bytes',
    async check(make) {
      const { certifier } = await make()
      const { isSignedBy } = parseCertifierKey(certifier.publicKey)
      for (const message of [statement, Buffer.alloc(4_000, 'long ')]) {
        const signature = await certifier.certify(Uint8Array.from(message), callContext())
        assert.ok(isSignedBy(message, signature), 'the signature is not good under the public key')
        assert.ok(!isSignedBy(Buffer.concat([message, Buffer.from('\n')]), signature))
      }
    },
  },
  {
    says: 'throws unavailable when its KMS cannot be reached',
    async check(make) {
      const unreachable = needed((await make()).unreachable, 'unreachable')
      await rejectsWith(unreachable.certify(statement, callContext()), 'unavailable')
    },
  },
  {
    says: 'throws rejected when its KMS refuses, and shows no credentials',
    async check(make) {
      const { refused, secret } = await make()
      const error = await rejectsWith(needed(refused, 'refused').certify(statement, callContext()), 'rejected')
      leaksNot(error, needed(secret, 'secret'))
    },
  },
  {
    says: 'rejects with the abort reason itself when the caller aborts',
    async check(make) {
      const hanging = needed((await make()).hanging, 'hanging')
      const stop = new AbortController()
      const reason = new Error('the caller has seen enough')
      const asked = hanging.certify(statement, callContext({ signal: stop.signal }))
      stop.abort(reason)
      await assert.rejects(asked, (error) => error === reason)
    },
  },
]
