import {
  type AuditDraft,
  keyStatement,
  type LogKeyCertificate,
  parseCertifierKey,
  type Store,
  sha256,
  verifierKeyOf,
  verifierKeyText,
  verifyAudit,
} from '@mendkit/core'
import { callContext, simulatedStore, type TestKeyCertifier, testKeyCertifier, testSigner } from '@mendkit/testkit'
import { expect, test } from 'vitest'

const ctx = callContext()
const tenant = 'acme'
const [signer, other] = [testSigner(), testSigner(9)]
const [key, otherKey] = [signer, other].map((one) => verifierKeyText(verifierKeyOf(one)))
const kms = testKeyCertifier('ecdsa-p256-sha256')
const origin = `${signer.name}/${tenant}`

async function certificate(
  says: Partial<LogKeyCertificate> = {},
  by: TestKeyCertifier = kms,
): Promise<LogKeyCertificate> {
  const told = { origin, verifierKey: key ?? '', certifiedAt: '2026-01-01T00:00:00.000Z', ...says }
  const statement = keyStatement(told)
  const { algorithm, fingerprint } = parseCertifierKey(by.publicKey)
  return {
    ...told,
    statement: sha256(statement),
    certifier: by.id,
    keyId: by.keyId,
    algorithm,
    certifierKey: fingerprint,
    signature: Buffer.from(await by.certify(statement, ctx)).toString('base64'),
  }
}

/** A log that whoever has the key of the log wrote: an entry, then these certificates. */
async function logWith(...certificates: readonly LogKeyCertificate[]): Promise<Store> {
  const store = simulatedStore()
  await store.open({ clock: { now: () => 0, monotonic: () => 0, sleep: async () => undefined }, signer }, ctx)
  const draft = { at: 0, salt: '0'.repeat(32), actor: { kind: 'engine', id: 'engine' }, blobs: {} } as const
  const subject = { kind: 'engine', id: tenant } as const
  const audit: readonly AuditDraft[] = [
    { ...draft, subject, type: 'engine-paused', data: {} },
    ...certificates.map((data) => ({ ...draft, subject, type: 'log-key-certified', data }) as const),
  ]
  await store.commit({ tenant, expect: [], put: [], audit }, ctx)
  return store
}

async function verified(store: Store, certifiers: readonly string[] = [kms.publicKey]) {
  return verifyAudit(store, tenant, { trust: [key ?? ''], certifiers }, ctx)
}

test('a certificate of a certifier that is trusted makes the key certified', async () => {
  expect(await verified(await logWith(await certificate()))).toMatchObject({
    verified: true,
    certifications: [{ key, status: 'certified', certificate: { seq: 1, origin, keyId: 'test-kms/keys/1' } }],
  })
})

const attacks: Readonly<Record<string, () => Promise<LogKeyCertificate>>> = {
  'a signature over something else': async () => ({
    ...(await certificate()),
    signature: (await certificate({ certifiedAt: '2026-01-02T00:00:00.000Z' })).signature,
  }),
  'a signature of another key under the name of the trusted one': async () => ({
    ...(await certificate({}, testKeyCertifier('ecdsa-p256-sha256'))),
    certifierKey: parseCertifierKey(kms.publicKey).fingerprint,
  }),
  'a changed time': async () => ({ ...(await certificate()), certifiedAt: '2027-01-01T00:00:00.000Z' }),
  'another digest of the statement': async () => ({ ...(await certificate()), statement: '0'.repeat(64) }),
  'another algorithm': async () => ({ ...(await certificate()), algorithm: 'ed25519' }),
  'an empty signature': async () => ({ ...(await certificate()), signature: '' }),
  "a good certificate of another tenant's log": () => certificate({ origin: `${signer.name}/other` }),
  'a good certificate of another deployment': () => certificate({ origin: `elsewhere/${tenant}` }),
  'a good certificate for a key that never signed this log': () => certificate({ verifierKey: otherKey ?? '' }),
  'a certificate for what is no key': () => certificate({ verifierKey: 'no key' }),
}

for (const [name, attack] of Object.entries(attacks)) {
  test(`found: ${name}`, async () => {
    const found = await verified(await logWith(await attack()))
    expect(found.findings).toMatchObject([{ kind: 'bad-certificate', seq: 1 }])
    expect(found).toMatchObject({ verified: false, certifications: [{ key, status: 'uncertified' }] })
  })
}

test('a certificate of a certifier that nobody trusts is no finding and certifies nothing', async () => {
  const store = await logWith(await certificate({}, testKeyCertifier('rsa-pss-sha256')))
  expect(await verified(store)).toMatchObject({
    verified: true,
    certifications: [{ key, status: 'uncertified' }],
  })
})

test('a bad certificate beside a good one is found, and the good one counts', async () => {
  const store = await logWith(await certificate(), { ...(await certificate()), signature: 'AAAA' })
  expect(await verified(store)).toMatchObject({
    findings: [{ kind: 'bad-certificate', seq: 2 }],
    certifications: [{ status: 'certified', certificate: { seq: 1 } }],
  })
})

test('what is no public key of a certifier is refused, a private key too', async () => {
  const store = await logWith()
  const privateKey = kms.publicKey.replaceAll('PUBLIC', 'PRIVATE')
  for (const bad of ['', 'no key', privateKey]) {
    await expect(verified(store, [bad])).rejects.toThrow(expect.objectContaining({ code: 'invalid' }))
  }
})
