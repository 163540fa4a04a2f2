import {
  type AuditEntry,
  createMendkit,
  keyStatement,
  parseAuditEntry,
  parseKeyCertificate,
  silentLogger,
  verifierKeyOf,
  verifierKeyText,
} from '@mendkit/core'
import { callContext, testKeyCertifier, testSigner } from '@mendkit/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { type Host, type HostOptions, openHost } from './support/host.ts'

const ctx = callContext()
const [signer, nextSigner] = [testSigner(), testSigner(2)]
const [first, second] = [signer, nextSigner].map((one) => verifierKeyText(verifierKeyOf(one)))
const everyMs = 60_000

async function opened(system: HostOptions['system'], more: HostOptions = {}): Promise<Host> {
  const host = await openHost({ ...more, system: { signer, ...system } })
  onTestFinished(() => host.stop())
  return host
}

async function certificates(host: Host, tenant = 'default'): Promise<readonly AuditEntry[]> {
  const records = await host.store.readAudit({ tenant, from: 0, limit: 1_000 }, ctx)
  return records.map(({ bytes }) => parseAuditEntry(bytes)).filter(({ type }) => type === 'log-key-certified')
}

async function alertOf(host: Host, tenant: string): Promise<void> {
  const now = new Date(host.clock.now()).toISOString()
  const alerts = [{ labels: { alertname: 'X' }, startsAt: now }]
  await host.mendkit.ingest({ source: 'am', complete: false, asOf: now, alerts }, { tenant })
}

for (const algorithm of ['ed25519', 'ecdsa-p256-sha256', 'rsa-pss-sha256'] as const) {
  test(`the key of every log is certified once by ${algorithm}, and verifying says so`, async () => {
    const keyCertifier = testKeyCertifier(algorithm)
    const host = await opened({ keyCertifier })
    await alertOf(host, 'acme')
    await host.clock.advance(5 * everyMs)
    for (const tenant of ['default', 'acme']) {
      const [entry, ...more] = await certificates(host, tenant)
      expect(more).toEqual([])
      const data = parseKeyCertificate(entry?.data)
      expect(data).toMatchObject({
        origin: `${signer.name}/${tenant}`,
        verifierKey: first,
        certifier: 'test-kms',
        keyId: 'test-kms/keys/1',
        algorithm,
      })
      expect(data && Buffer.from(keyStatement(data)).toString()).toBe(
        `mendkit log key certificate v1\n${signer.name}/${tenant}\n${first}\n${data?.certifiedAt}\n`,
      )
    }
    expect(keyCertifier.asked).toHaveLength(2)
    const found = await host.mendkit.audit.verify()
    const [entry] = await certificates(host)
    expect(found).toMatchObject({
      verified: true,
      certifications: [{ key: first, status: 'certified', certificate: { seq: entry?.seq, certifier: 'test-kms' } }],
    })
    expect((await host.mendkit.audit.verify({ certifiers: [] })).certifications).toEqual([])
    expect((await host.mendkit.health()).keyCertifier).toBeUndefined()
    expect(host.mendkit.metrics()).toContain('mendkit_log_keys_certified_total{certifier="test-kms"} 2')
    expect(host.mendkit.metrics()).toContain('mendkit_log_keys_uncertified{certifier="test-kms"} 0')
  })
}

test('a certifier that is down holds nothing up, calls nobody, is seen, and is asked again after ever longer waits', async () => {
  const keyCertifier = testKeyCertifier()
  keyCertifier.fault = 'unavailable'
  const host = await opened({ keyCertifier })
  await host.alert()
  await host.clock.advance(60 * everyMs)
  // After 1, 2, 4, 8, 16 and 32 minutes, where the next look a minute later may be what finds out.
  expect(keyCertifier.asked.length).toBeGreaterThanOrEqual(5)
  expect(keyCertifier.asked.length).toBeLessThanOrEqual(7)
  const health = await host.mendkit.health()
  expect(health).toMatchObject({
    ok: true,
    keyCertifier: { certifier: 'test-kms', uncertified: 1, failingSince: expect.any(String) },
  })
  expect(host.mendkit.metrics()).toContain('mendkit_log_keys_uncertified{certifier="test-kms"} 1')
  expect(host.mendkit.metrics()).toMatch(/mendkit_key_certifier_failures_total\{certifier="test-kms"\} [5-7]/)
  expect(host.logged.filter((line) => line.includes('did not certify the key'))).not.toEqual([])
  const entries = await host.entries()
  expect(entries.map(({ type }) => type)).toContain('incident-opened')
  expect(entries.filter(({ data }) => data['urgency'] === 'page')).toEqual([])
  expect(await host.mendkit.audit.verify()).toMatchObject({
    verified: true,
    certifications: [{ key: first, status: 'uncertified' }],
  })
  keyCertifier.fault = undefined
  await host.clock.advance(65 * everyMs)
  expect(await certificates(host)).toHaveLength(1)
  expect((await host.mendkit.health()).keyCertifier).toBeUndefined()
  expect((await host.mendkit.audit.verify()).certifications).toMatchObject([{ status: 'certified' }])
})

test('a certifier that hangs holds nothing up', async () => {
  const keyCertifier = testKeyCertifier()
  keyCertifier.fault = 'hangs'
  const host = await opened({ keyCertifier })
  await host.alert()
  await host.clock.advance(3 * everyMs)
  expect((await host.entries()).map(({ type }) => type)).toContain('incident-opened')
  expect((await host.mendkit.health()).keyCertifier).toMatchObject({ uncertified: 1 })
})

test('a signature that is not good under the public key is never stored', async () => {
  const keyCertifier = testKeyCertifier('ecdsa-p256-sha256')
  keyCertifier.fault = 'signs-else'
  const host = await opened({ keyCertifier })
  await host.clock.advance(3 * everyMs)
  expect(keyCertifier.asked).not.toEqual([])
  expect(await certificates(host)).toEqual([])
  expect(host.logged.join('\n')).toContain('not good under its public key')
})

test('a rotation has the new key certified, and verifying tells of both', async () => {
  const keyCertifier = testKeyCertifier()
  const host = await opened({ keyCertifier, nextSigner })
  await host.clock.advance(everyMs)
  await host.mendkit.audit.rotateKey()
  const between = await host.mendkit.audit.verify()
  expect(between.certifications.map(({ status }) => status)).toEqual(['certified', 'uncertified'])
  await host.clock.advance(2 * everyMs)
  const trusts = [[first ?? ''], [first ?? '', second ?? '']]
  for (const trust of trusts) {
    const found = await host.mendkit.audit.verify({ trust })
    expect(found).toMatchObject({
      verified: true,
      certifications: [
        { key: first, status: 'certified' },
        { key: second, status: 'certified' },
      ],
    })
  }
  // Who knows only the new key learns that it is certified, and finds nothing wrong with the certificate of the old one.
  const later = await host.mendkit.audit.verify({ trust: [second ?? ''] })
  expect(later).toMatchObject({ verified: true, certifications: [{ key: second, status: 'certified' }] })
  expect(await certificates(host)).toHaveLength(2)
  const checkpoint = (await host.mendkit.audit.checkpoint()) ?? ''
  const from = await host.mendkit.audit.verify({ from: checkpoint })
  expect(from).toMatchObject({ verified: true, certifications: [{ key: second, status: 'unread' }] })
})

test('another certifier certifies anew, also in a host that starts later; whom nobody trusts certifies nothing', async () => {
  const [old, recent] = [testKeyCertifier('ed25519', 'old-kms'), testKeyCertifier('ed25519', 'new-kms')]
  const host = await opened({ keyCertifier: old })
  await host.clock.advance(everyMs)
  expect((await host.mendkit.audit.verify({ certifiers: [recent.publicKey] })).certifications).toEqual([
    { key: first, status: 'uncertified' },
  ])
  const successor = createMendkit({
    store: host.store,
    system: { signer, keyCertifier: recent, clock: host.clock, log: silentLogger },
  })
  const stopping = new AbortController()
  const running = successor.run({ signal: stopping.signal })
  await host.clock.advance(2 * everyMs)
  stopping.abort()
  await host.clock.advance(everyMs)
  await running
  expect((await certificates(host)).map(({ data }) => data['certifier'])).toContain('new-kms')
  expect((await host.mendkit.audit.verify({ certifiers: [recent.publicKey] })).certifications).toMatchObject([
    { status: 'certified', certificate: { certifier: 'new-kms' } },
  ])
})

test('options that could never certify are refused at the start', () => {
  const keyCertifier = testKeyCertifier()
  const system = { log: silentLogger }
  expect(() => createMendkit({ system: { ...system, keyCertifier } })).toThrow(
    expect.objectContaining({ code: 'config', path: 'system.signer' }),
  )
  const bad = { ...keyCertifier, publicKey: 'no key' }
  expect(() => createMendkit({ system: { ...system, signer, keyCertifier: bad } })).toThrow(
    expect.objectContaining({ code: 'config', path: 'system.keyCertifier.publicKey' }),
  )
})

test('a log whose origin began anew has its key certified for the new origin', async () => {
  let isRecovered = false
  const host = await opened(
    { keyCertifier: testKeyCertifier() },
    {
      faults: (store) => ({
        auditHead: async (tenant, given) => {
          const head = await store.auditHead(tenant, given)
          return isRecovered ? { ...head, epoch: 2 } : head
        },
      }),
    },
  )
  await host.clock.advance(everyMs)
  isRecovered = true
  await host.alert()
  await host.clock.advance(2 * everyMs)
  const origin = `${signer.name}/default`
  expect((await certificates(host)).map(({ data }) => data['origin'])).toEqual([origin, `${origin}@2`])
})
