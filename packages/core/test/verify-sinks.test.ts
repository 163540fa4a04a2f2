import {
  type AnchorSink,
  type AuditDraft,
  type LogKeys,
  memoryAnchors,
  memoryState,
  parseCheckpoint,
  type Store,
  storeOverMemory,
  verifierKeyOf,
  verifierKeyText,
  verifyAudit,
} from '@mendkit/core'
import { callContext, testCheckpoint, testSigner, virtualClock } from '@mendkit/testkit'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { away, failingSink } from './support/sinks.ts'

const tenant = 'acme'
const ctx = callContext()
const [signer, nextSigner] = [testSigner(1), testSigner(2)]
const [oldKey, newKey] = [signer, nextSigner].map((one) => verifierKeyText(verifierKeyOf(one))) as [string, string]
const origin = `${signer.name}/${tenant}`
const at = Date.UTC(2026, 0, 1)

function draft(mark: number, salt = 0): AuditDraft {
  return {
    type: 'incident-relapsed',
    at: 1_700_000_000_000 + mark,
    salt: (mark + salt).toString(16).padStart(32, '0'),
    actor: { kind: 'engine', id: 'engine' },
    subject: { kind: 'incident', id: `inc_${mark}` },
    data: { relapses: mark },
    blobs: {},
  }
}

const rotation: AuditDraft = {
  ...draft(0),
  type: 'log-key-rotated',
  data: { from: verifierKeyOf(signer).id, to: verifierKeyOf(nextSigner).id, verifierKey: newKey },
}

async function aLog(groups: readonly number[], salt = 0, keys: LogKeys = { signer }): Promise<Store> {
  const store = storeOverMemory(memoryState(), { id: 'memory', durable: false })
  await store.open({ clock: virtualClock(), ...keys }, ctx)
  await grow(store, groups, salt)
  return store
}

async function grow(store: Store, groups: readonly number[], salt = 0): Promise<void> {
  let mark = (await store.auditHead(tenant, ctx)).size
  for (const size of groups) {
    const audit = Array.from({ length: size }, () => draft(mark++, salt))
    await store.commit({ tenant, expect: [], put: [], audit }, ctx)
  }
}

async function noteAt(store: Store, size: number): Promise<string> {
  const [found] = await store.auditCheckpoints({ tenant, from: size, to: size, limit: 1 }, ctx)
  if (found === undefined) throw new Error(`there is no checkpoint of ${size}`)
  return found.note
}

async function anchored(store: Store, sizes: readonly number[], sink = memoryAnchors()): Promise<AnchorSink> {
  for (const size of sizes) await sink.put({ note: await noteAt(store, size), at: at + size }, ctx)
  return sink
}

test('random logs and any of their checkpoints in a sink agree, from any start', async () => {
  const groups = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 })
  const given = fc.record({
    before: groups,
    rotated: fc.boolean(),
    after: groups,
    which: fc.nat(),
    start: fc.option(fc.nat()),
  })
  await fc.assert(
    fc.asyncProperty(given, async ({ before, rotated, after, which, start }) => {
      const store = await aLog(before, 0, { signer, nextSigner })
      if (rotated) await store.commit({ tenant, expect: [], put: [], audit: [rotation] }, ctx)
      await grow(store, after)
      const notes = await store.auditCheckpoints({ tenant, from: 0, limit: 1_000 }, ctx)
      const kept = notes.filter((_, index) => (which >> (index % 30)) % 2 === 1)
      const sink = await anchored(
        store,
        kept.map(({ size }) => size),
      )
      const from = start === null ? undefined : notes[start % notes.length]
      const trust = [oldKey, newKey]
      const options = { trust, anchors: [sink], now: at + 5_000, ...(from && { from: from.note }) }
      const found = await verifyAudit(store, tenant, options, ctx)
      const newest = kept.at(-1)?.size ?? 0
      expect([found.findings, found.anchoredEntries]).toEqual([[], newest])
      expect(found.sinks).toMatchObject([
        { relation: newest === 0 ? 'none' : 'consistent', size: newest, ...(newest > 0 && { ageMs: 5_000 - newest }) },
      ])
      const entries = (await store.auditHead(tenant, ctx)).size
      expect([found.anchored?.to ?? -1, found.unanchored?.from ?? entries]).toEqual([newest - 1, newest])
    }),
    { numRuns: 300, seed: 4 },
  )
}, 60_000)

test('every anchor of a sink counts, over several of its pages, and not only the newest', async () => {
  const store = await aLog(Array.from({ length: 1_300 }, () => 1))
  const sizes = Array.from({ length: 1_300 }, (_, index) => index + 1)
  const sink = await anchored(store, sizes)
  const good = await verifyAudit(store, tenant, { trust: [oldKey], anchors: [sink] }, ctx)
  expect(good.sinks).toMatchObject([{ relation: 'consistent', anchors: 1_300, size: 1_300 }])
  // Somebody with the key wrote the log anew, and it was anchored again from there on.
  const other = await aLog([1_200, 100], 9)
  const mixed = await anchored(store, [1, 1_100])
  await anchored(other, [1_200, 1_300], mixed)
  const found = await verifyAudit(other, tenant, { trust: [oldKey], anchors: [mixed] }, ctx)
  expect(found).toMatchObject({ verified: false, signed: true, findings: [{ kind: 'fork', seq: 0 }], moreFindings: 0 })
  expect(found.sinks).toMatchObject([{ relation: 'fork', anchors: 4 }])
})

test('a log that was cut is behind its anchors, and one whose start was not read is compared all the same', async () => {
  const store = await aLog([3, 4, 5])
  const cut = await aLog([3])
  const sink = await anchored(store, [3, 12])
  const found = await verifyAudit(cut, tenant, { trust: [oldKey], anchors: [sink] }, ctx)
  expect(found).toMatchObject({ verified: false, findings: [{ kind: 'behind-anchor', seq: 3 }] })
  expect(found.sinks).toMatchObject([{ relation: 'behind', size: 3 }])
  const early = await anchored(store, [3])
  const from = await noteAt(store, 7)
  expect(await verifyAudit(store, tenant, { trust: [oldKey], anchors: [early], from }, ctx)).toMatchObject({
    verified: true,
    anchoredEntries: 3,
  })
  const forged = await anchored(await aLog([3], 9), [3])
  const late = await verifyAudit(store, tenant, { trust: [oldKey], anchors: [forged], from }, ctx)
  expect(late).toMatchObject({ verified: false, findings: [{ kind: 'fork', seq: 2 }] })
})

test('an anchor that a stranger put on top hides neither a cut log nor the anchors below', async () => {
  const store = await aLog([3, 4, 5])
  const cut = await aLog([3])
  const sink = await anchored(store, [3, 12])
  const junk = testCheckpoint({ origin, size: 5_000, root: Buffer.alloc(32, 5) }).replace(
    /— [^\n]+\n$/,
    `— ${signer.name} ${Buffer.alloc(68, 1).toString('base64')}\n`,
  )
  await sink.put({ note: junk, at }, ctx)
  const found = await verifyAudit(cut, tenant, { trust: [oldKey], anchors: [sink] }, ctx)
  expect(found).toMatchObject({ findings: [{ kind: 'behind-anchor', seq: 3 }], anchoredEntries: 3 })
  expect(await verifyAudit(store, tenant, { trust: [oldKey], anchors: [sink] }, ctx)).toMatchObject({
    verified: true,
    anchoredEntries: 12,
  })
})

test('a log that grows and is anchored while it is read raises no false alarm', async () => {
  const store = await aLog([1_500])
  const sink = await anchored(store, [1_500])
  let pages = 0
  const growing: Store = {
    ...store,
    async readAudit(query, context) {
      const page = await store.readAudit(query, context)
      pages += 1
      if (pages === 2) await grow(store, [700])
      return page
    },
    async auditCheckpoints(query, context) {
      const found = await store.auditCheckpoints(query, context)
      if (pages === 4) {
        pages += 1
        await grow(store, [5])
        await anchored(store, [2_205], sink as ReturnType<typeof memoryAnchors>)
      }
      return found
    },
  }
  const found = await verifyAudit(growing, tenant, { trust: [oldKey], anchors: [sink] }, ctx)
  expect(found.findings).toEqual([])
  expect(found.anchoredEntries).toBeGreaterThanOrEqual(1_500)
})

test('signatures of witnesses and strangers on an anchor are kept and not stumbled over', async () => {
  const store = await aLog([3])
  const witness = `— witness.example/w ${Buffer.alloc(76, 9).toString('base64')}\n`
  const note = (await noteAt(store, 3)) + witness
  const sink = memoryAnchors()
  await sink.put({ note, at }, ctx)
  const found = await verifyAudit(store, tenant, { trust: [oldKey], anchors: [sink, note] }, ctx)
  expect(found).toMatchObject({ verified: true, anchoredEntries: 3, anchors: [{ relation: 'consistent' }] })
  expect((await sink.latest(origin, ctx))?.note).toBe(note)
  expect(parseCheckpoint(note).signatures).toHaveLength(2)
})

test('anchors that nobody who is trusted signed prove nothing, and a sink that is away is no verdict', async () => {
  const store = await aLog([3])
  const sink = memoryAnchors()
  const forged = testCheckpoint({ origin, size: 9, root: Buffer.alloc(32, 5) }).replace(
    /— [^\n]+\n$/,
    `— ${signer.name} ${Buffer.alloc(68, 1).toString('base64')}\n`,
  )
  await sink.put({ note: forged, at }, ctx)
  const found = await verifyAudit(store, tenant, { trust: [oldKey], anchors: [sink] }, ctx)
  expect(found).toMatchObject({ verified: true, anchoredEntries: 0, sinks: [{ relation: 'unusable' }] })
  const broken = failingSink()
  broken.failure = away
  await expect(verifyAudit(store, tenant, { trust: [oldKey], anchors: [broken] }, ctx)).rejects.toBe(away)
})

test('an anchor is compared on whichever page it stands, also from a sink that answers with less than was asked for', async () => {
  const store = await aLog(Array.from({ length: 1_001 }, () => 1))
  const sizes = Array.from({ length: 1_000 }, (_, index) => index + 1)
  const sink = await anchored(store, sizes)
  // Of 1,000 entries the sink tells twice, and the second one, which is of another log, begins the next page.
  const other = await aLog([1_000], 9)
  const twice = { note: await noteAt(other, 1_000), at }
  const newest = { note: await noteAt(store, 1_001), at }
  const all = [...(await sink.list({ origin, from: 0, limit: 1_000 }, ctx)), twice, newest]
  const sinkOf = (most: number): AnchorSink => ({
    ...sink,
    latest: async (of) => (of === origin ? newest : undefined),
    list: async ({ from, limit }) =>
      all.filter(({ note }) => parseCheckpoint(note).size >= from).slice(0, Math.min(limit, most)),
  })
  for (const most of [1_000, 300]) {
    const found = await verifyAudit(store, tenant, { trust: [oldKey], anchors: [sinkOf(most)] }, ctx)
    expect(found).toMatchObject({ verified: false, findings: [{ kind: 'fork', seq: 999 }] })
  }
  // For every log that it is asked for, this one has the same answer.
  const silent = { ...sinkOf(0), latest: async () => twice }
  const found = await verifyAudit(store, tenant, { trust: [oldKey], anchors: [silent] }, ctx)
  expect(found).toMatchObject({ verified: false, findings: [{ kind: 'fork', seq: 999 }] })
})
