import {
  createMendkit,
  defineNotifier,
  MendkitError,
  type Notice,
  parseCheckpoint,
  type Store,
  silentLogger,
  verifierKeyOf,
  verifierKeyText,
} from '@mendkit/core'
import { callContext, simulatedStore, testCheckpoint, testSigner } from '@mendkit/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { type Host, type HostOptions, openHost } from './support/host.ts'
import { away, failingSink } from './support/sinks.ts'

const ctx = callContext()
const signer = testSigner()
const originOf = (tenant: string) => `${signer.name}/${tenant}`
const everyMs = 60_000
const alarmMs = 900_000

async function opened(sinks: HostOptions['system'], more: HostOptions = {}) {
  const notices: Notice[] = []
  const people = defineNotifier({
    id: 'people',
    reachesPeople: true,
    send: async (notice) => void notices.push(notice),
  })
  const host = await openHost({ ...more, notifiers: [people], system: { signer, ...sinks, ...more.system } })
  onTestFinished(() => host.stop())
  return { host, notices }
}

async function anchoredSize(sink: ReturnType<typeof failingSink>, tenant = 'default'): Promise<number> {
  const last = await sink.latest(originOf(tenant), ctx)
  return last === undefined ? 0 : parseCheckpoint(last.note).size
}

async function sizeOf(host: Host, tenant = 'default'): Promise<number> {
  return (await host.store.auditHead(tenant, ctx)).size
}

test('the last checkpoint of every log that has grown is put into every sink, and nothing when none has', async () => {
  const [one, two] = [failingSink('one'), failingSink('two')]
  const { host } = await opened({ anchors: [one, two] })
  await host.alert()
  await host.mendkit.ingest(
    {
      source: 'am',
      complete: false,
      asOf: new Date(host.clock.now()).toISOString(),
      alerts: [{ labels: { alertname: 'X' }, startsAt: new Date(host.clock.now()).toISOString() }],
    },
    { tenant: 'acme' },
  )
  await host.clock.advance(3 * everyMs)
  for (const sink of [one, two]) {
    expect([await anchoredSize(sink), await anchoredSize(sink, 'acme')]).toEqual([
      await sizeOf(host),
      await sizeOf(host, 'acme'),
    ])
  }
  const puts = one.puts
  await host.clock.advance(10 * everyMs)
  expect(one.puts).toBe(puts)
  const verified = await host.mendkit.audit.verify({
    anchors: [(await one.latest(originOf('default'), ctx))?.note ?? ''],
  })
  expect(verified).toMatchObject({ verified: true, anchoredEntries: await sizeOf(host) })
})

test('a sink that fails for long pages people once, tells them once when it is well again, and holds up nothing else', async () => {
  const [broken, well] = [failingSink('broken'), failingSink('well')]
  const { host, notices } = await opened({ anchors: [broken, well] })
  await host.clock.advance(everyMs)
  broken.failure = away
  await host.alert()
  await host.clock.advance(alarmMs - everyMs)
  expect(notices.filter(({ title }) => title.includes('broken'))).toEqual([])
  expect((await host.mendkit.health()).ok).toBe(true)
  await host.clock.advance(4 * everyMs)
  const pages = () => notices.filter(({ title }) => title.includes('anchored'))
  expect(pages()).toMatchObject([
    { urgency: 'page', incidentId: 'engine', body: expect.stringContaining('the bucket cannot be reached') },
  ])
  const health = await host.mendkit.health()
  expect(health).toMatchObject({ ok: true, anchors: [{ sink: 'broken', behindSince: expect.any(String), refused: 0 }] })
  expect(host.mendkit.metrics()).toMatch(/mendkit_anchor_behind_seconds\{sink="broken"\} [1-9]/)
  expect(host.mendkit.metrics()).toContain('mendkit_anchor_behind_seconds{sink="well"} 0')
  expect(await anchoredSize(well)).toBe(await sizeOf(host))
  await host.clock.advance(2 * alarmMs)
  expect(pages()).toHaveLength(1)
  broken.failure = undefined
  await host.clock.advance(3 * everyMs)
  expect(pages()).toMatchObject([{ urgency: 'page' }, { urgency: 'info', title: expect.stringContaining('again') }])
  expect(await anchoredSize(broken)).toBe(await sizeOf(host))
  expect((await host.mendkit.health()).anchors).toBeUndefined()
  await host.clock.advance(alarmMs)
  expect(pages()).toHaveLength(2)
})

test('a sink that never answers holds up neither the other sink nor a page', async () => {
  const [hanging, well] = [failingSink('hanging'), failingSink('well')]
  hanging.failure = 'hangs'
  const { host, notices } = await opened({ anchors: [hanging, well] })
  await host.clock.advance(alarmMs + 5 * everyMs)
  expect(await anchoredSize(well)).toBe(await sizeOf(host))
  expect(notices.map(({ title }) => title)).toEqual([expect.stringContaining('hanging')])
})

test('two hosts on one store page once between them', async () => {
  const store = simulatedStore()
  const sinks = [failingSink('bucket'), failingSink('bucket')] as const
  for (const sink of sinks) sink.failure = away
  const first = await opened({ anchors: [sinks[0]] }, { store })
  const second = await opened({ anchors: [sinks[1]], clock: first.host.clock }, { store })
  await first.host.clock.advance(2 * alarmMs)
  const pages = [...first.notices, ...second.notices].filter(({ urgency }) => urgency === 'page')
  expect(new Set(pages.map(({ id }) => id)).size).toBe(1)
})

test('while one host of two reaches the sink nobody is paged, and the other host puts nothing twice', async () => {
  const store = simulatedStore()
  const [cut, good] = [failingSink('bucket'), failingSink('bucket')]
  cut.failure = away
  const first = await opened({ anchors: [cut] }, { store })
  const second = await opened({ anchors: [good], clock: first.host.clock }, { store })
  for (let minute = 0; minute < 40; minute += 1) {
    await first.host.alert(`Broken${minute}`)
    await first.host.clock.advance(everyMs)
  }
  expect([...first.notices, ...second.notices].filter(({ title }) => title.includes('anchored'))).toEqual([])
  expect(await anchoredSize(good)).toBeGreaterThan(30)
})

test('a log that was cut, and one that another is anchored of, page people at once, and are not anchored', async () => {
  const cut = failingSink('cut')
  await cut.put(
    { note: testCheckpoint({ origin: originOf('default'), size: 900, root: Buffer.alloc(32, 1) }), at: 0 },
    ctx,
  )
  const forked = failingSink('forked')
  await forked.put(
    { note: testCheckpoint({ origin: originOf('default'), size: 1, root: Buffer.alloc(32, 2) }), at: 0 },
    ctx,
  )
  const { host, notices } = await opened({ anchors: [cut, forked] })
  await host.clock.advance(2_000)
  expect(notices).toMatchObject([
    {
      urgency: 'page',
      title: expect.stringContaining('cut'),
      body: expect.stringContaining('it tells of 900 entries'),
    },
    { urgency: 'page', title: expect.stringContaining('forked'), body: expect.stringContaining('the first 1 entries') },
  ])
  await host.clock.advance(2 * alarmMs)
  expect(notices).toHaveLength(2)
  expect([await anchoredSize(cut), await anchoredSize(forked)]).toEqual([900, 1])
  expect((await host.mendkit.health()).anchors).toMatchObject([
    { sink: 'cut', refused: 1 },
    { sink: 'forked', refused: 1 },
  ])
})

test('a log that agrees with its anchors again is well, and speaks up anew when it does not', async () => {
  const sink = failingSink()
  const { host, notices } = await opened({ anchors: [sink] })
  const pages = () => notices.filter(({ title }) => title.includes('speak against each other')).length
  const refused = async () => (await host.mendkit.audit.anchors())[0]?.refused
  for (const round of [1, 2]) {
    sink.failure = new MendkitError('rejected', 'another log is anchored here')
    await host.alert(`Broken${round}`)
    await host.clock.advance(2 * everyMs)
    expect([pages(), await refused()]).toEqual([round, true])
    sink.failure = undefined
    await host.clock.advance(2 * everyMs)
    expect([pages(), await refused()]).toEqual([round, false])
  }
})

async function alertOf(host: Host, tenant: string): Promise<void> {
  const now = new Date(host.clock.now()).toISOString()
  const alerts = [{ labels: { alertname: 'Broken' }, startsAt: now }]
  const of = host.mendkit.as({ id: 'intake', roles: [], tenant, via: 'test' })
  await of.ingest({ source: 'am', complete: false, asOf: now, alerts })
}

test('a refused log of which nobody can be told keeps nobody from being told of another', async () => {
  const sink = failingSink()
  const faults = (store: Store): Partial<Store> => ({
    async commit(change, context) {
      const isWord = change.put.some((put) => put.kind === 'document' && put.row.id.startsWith('anchor-refused:'))
      if (change.tenant === 'a-first' && isWord) throw new MendkitError('unavailable', 'a row of this tenant is locked')
      return store.commit(change, context)
    },
  })
  const { host, notices } = await opened({ anchors: [sink] }, { faults })
  sink.failure = new MendkitError('rejected', 'another log is anchored here')
  for (const tenant of ['a-first', 'b-second']) await alertOf(host, tenant)
  await host.clock.advance(2 * everyMs)
  const told = notices.filter(({ title }) => title.includes('speak against each other')).map(({ tenant }) => tenant)
  expect(told).toContain('b-second')
  expect(told).not.toContain('a-first')
})

test('a log that can never be anchored keeps no other from being anchored', async () => {
  const inner = failingSink()
  const stuck = originOf('a-first')
  const sink = {
    ...inner,
    async put(anchor: Parameters<typeof inner.put>[0], context: Parameters<typeof inner.put>[1]) {
      if (parseCheckpoint(anchor.note).origin === stuck) throw away
      return inner.put(anchor, context)
    },
  }
  const { host } = await opened({ anchors: [sink] })
  const tenants = ['a-first', ...Array.from({ length: 12 }, (_, index) => `b-${index}`)]
  for (const tenant of tenants) await alertOf(host, tenant)
  await host.clock.advance(2 * everyMs)
  const sizes = await Promise.all(tenants.map((tenant) => anchoredSize(inner, tenant)))
  expect(sizes).toEqual([0, ...(await Promise.all(tenants.slice(1).map((tenant) => sizeOf(host, tenant))))])
})

test('what a stranger puts into the sink raises no alarm, and keeps no log from being anchored', async () => {
  const sink = failingSink()
  const forged = testCheckpoint({ origin: originOf('default'), size: 900, root: Buffer.alloc(32, 1) })
  await sink.put(
    { note: forged.replace(/— [^\n]+\n$/, `— ${signer.name} ${Buffer.alloc(68, 1).toString('base64')}\n`), at: 0 },
    ctx,
  )
  const { host, notices } = await opened({ anchors: [sink] })
  await host.alert()
  await host.clock.advance(3 * everyMs)
  expect(notices.filter(({ urgency }) => urgency === 'page')).toEqual([])
  expect(await sink.list({ origin: originOf('default'), from: await sizeOf(host), limit: 1 }, ctx)).toMatchObject([
    { note: (await host.mendkit.audit.checkpoint()) ?? '' },
  ])
})

test('a certifier co-signs what is anchored; without its answer it is anchored all the same', async () => {
  const sink = failingSink()
  const kms = testSigner(7, 'kms.example/audit')
  let isAway = false
  const certifier = {
    ...kms,
    id: 'kms',
    async sign(message: Uint8Array) {
      if (isAway) throw new MendkitError('unavailable', 'the KMS is away')
      return kms.sign(message)
    },
  }
  const { host } = await opened({ anchors: [sink], certifier })
  await host.clock.advance(everyMs)
  const names = async () => {
    const { note = '' } = (await sink.latest(originOf('default'), ctx)) ?? {}
    return parseCheckpoint(note).signatures.map(({ name }) => name)
  }
  expect(await names()).toEqual([signer.name, kms.name])
  const trust = [signer, kms].map((one) => verifierKeyText(verifierKeyOf(one)))
  const vouched = await host.mendkit.audit.verify({ trust, anchors: [sink] })
  expect(vouched).toMatchObject({ verified: true, sinks: [{ cosignedBy: [`${kms.name}+${verifierKeyOf(kms).id}`] }] })
  const unasked = await host.mendkit.audit.verify({ trust: trust.slice(0, 1), anchors: [sink] })
  expect(unasked.sinks[0]?.cosignedBy).toBeUndefined()
  isAway = true
  await host.alert()
  await host.clock.advance(2 * everyMs)
  expect(await anchoredSize(sink)).toBe(await sizeOf(host))
  expect(await names()).toEqual([signer.name])
  expect(host.mendkit.metrics()).toContain('mendkit_certifier_failures_total{certifier="kms"} 1')
})

test('anchors without a signer, and effects that would wait for sinks that are not there, are refused at the start', () => {
  const anchors = [failingSink()]
  const system = { log: silentLogger }
  const refused = (options: Parameters<typeof createMendkit>[0]) => () => createMendkit(options)
  expect(refused({ system: { ...system, anchors } })).toThrow(
    expect.objectContaining({ code: 'config', path: 'system.signer' }),
  )
  const path = 'settings.audit.anchorBefore'
  expect(refused({ system, settings: { audit: { anchorBefore: 'high' } } })).toThrow(expect.objectContaining({ path }))
  const settings = { audit: { anchorBefore: 'high', anchorQuorum: 2 } } as const
  expect(refused({ system: { ...system, signer, anchors }, settings })).toThrow(expect.objectContaining({ path }))
  expect(refused({ system: { ...system, signer, anchors: [failingSink('a'), failingSink('a')] } })).toThrow(
    expect.objectContaining({ path: 'system.anchors' }),
  )
})
