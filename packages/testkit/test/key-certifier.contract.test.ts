import { type CertifierFault, holdsTo, keyCertifierContract, testKeyCertifier } from '@mendkit/testkit'
import { test } from 'vitest'

for (const algorithm of ['ed25519', 'ecdsa-p256-sha256', 'rsa-pss-sha256'] as const) {
  const failing = (fault: CertifierFault) => Object.assign(testKeyCertifier(algorithm), { fault })
  holdsTo(test, `testKeyCertifier with ${algorithm}`, keyCertifierContract, async () => ({
    certifier: testKeyCertifier(algorithm),
    unreachable: failing('unavailable'),
    refused: failing('rejected'),
    hanging: failing('hangs'),
    secret: 'a credential that it has none of',
  }))
}
