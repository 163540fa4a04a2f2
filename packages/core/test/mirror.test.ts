import { createMendkit, MendkitError, type MirrorBatch, type MirrorSink, type Store } from '@mendkit/core'
import { simulatedStore, virtualClock } from '@mendkit/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Host, type HostOptions, hang, openHost } from './support/host.ts'

/** A receiver in memory. What it does with a batch before it takes it may be replaced. */
function aReceiver(id = 'siem', more: Partial<MirrorSink> = {}) {
  const taken: MirrorBatch[] = []
  const receiver = {
    /** Runs before a batch is taken; what it throws, the sink throws. */
    before: async (_batch: MirrorBatch): Promise<void> => undefined,
    taken,
    /** Numbers that were taken of a tenant, in order, doubles included. */
    seqs: (tenant = 'default') =>
      taken.flatMap((batch) => (batch.tenant === tenant ? batch.entries.map(({ seq }) => seq) : [])),
    sink: {
      spec: 1,
      id,
      async write(batch) {
        await receiver.before(batch)
        taken.push(batch)
      },
      ...more,
    } satisfies MirrorSink as MirrorSink,
  }
  return receiver
}

async function opened(sinks: readonly MirrorSink[], options: HostOptions = {}): Promise<Host> {
  const host = await openHost({ ...options, system: { mirrors: sinks, ...options.system } })
  onTestFinished(() => host.stop())
  return host
}

const upTo = (size: number) => Array.from({ length: size }, (_, seq) => seq)
const size = async ({ store }: { store: Store }, tenant = 'default') =>
  (await store.auditHead(tenant, { signal: new AbortController().signal, log: console as never })).size

describe('a mirror', () => {
  test('gets every entry of every tenant once and in order, with its bytes and its texts', async () => {
    const receiver = aReceiver()
    const host = await opened([receiver.sink])
    await host.alert()
    await host.clock.advance(5_000)
    const [incident] = await host.mendkit.incidents.list()
    await host.mendkit.incidents.note(incident?.id ?? '', 'seen by Zoe')
    const other = host.mendkit.as({ id: 'ada', roles: [], tenant: 'globex', via: 'test' })
    await other.pause()
    await host.clock.advance(5_000)
    expect(receiver.seqs()).toEqual(upTo(await size(host)))
    expect(receiver.seqs('globex')).toEqual([0])
    const entries = receiver.taken.flatMap((batch) => batch.entries)
    const read = await host.mendkit.audit.read({ limit: 1_000 })
    expect(entries.filter(({ tenant }) => tenant === 'default').map(({ bytes }) => bytes)).toEqual(
      read.map(({ bytes }) => bytes),
    )
    expect(entries.flatMap(({ event }) => Object.values(event.texts))).toContainEqual({ text: 'seen by Zoe' })
  })

  test('gets what is written at once, without waiting for a sweep', async () => {
    const receiver = aReceiver()
    const host = await opened([receiver.sink], { settings: { engine: { sweepMs: 60_000 } } })
    await host.mendkit.pause()
    await host.clock.advance(10)
    expect(receiver.seqs()).toEqual(upTo(await size(host)))
  })

  test('gets batches that hold no more than it takes', async () => {
    const receiver = aReceiver('siem', { maxEntries: 3 })
    const host = await opened([receiver.sink])
    for (let times = 0; times < 40; times += 1) await host.mendkit.pause()
    await host.clock.advance(10_000)
    expect(receiver.seqs()).toEqual(upTo(await size(host)))
    expect(Math.max(...receiver.taken.map(({ entries }) => entries.length))).toBe(3)
  })

  test('of another id gets the log from its first entry on, and one that was there goes on where it was', async () => {
    const store = simulatedStore()
    const [first, second] = [aReceiver('first'), aReceiver('second')]
    const before = await openHost({ store, system: { mirrors: [first.sink] } })
    await before.mendkit.pause()
    await before.clock.advance(2_000)
    const known = first.seqs().length
    await before.stop()
    const host = await opened([first.sink, second.sink], { store, system: { clock: virtualClock() } })
    await host.clock.advance(2_000)
    expect(first.seqs()).toEqual(upTo(await size({ store })))
    expect(first.seqs().length).toBeGreaterThan(known)
    expect(second.seqs()).toEqual(first.seqs())
  })
})

describe('a receiver that is down', () => {
  const failing = async () => {
    throw new MendkitError('unavailable', 'the collector is away')
  }

  test('loses nothing and blocks nothing, and health and metrics tell how far it is behind', async () => {
    const [down, up] = [aReceiver('down'), aReceiver('up')]
    down.before = failing
    const host = await opened([down.sink, up.sink])
    await host.alert()
    await host.clock.advance(60_000)
    const entries = await size(host)
    expect(up.seqs()).toEqual(upTo(entries))
    expect(await host.mendkit.incidents.list()).toHaveLength(1)
    const { ok, mirrors } = await host.mendkit.health()
    expect(ok).toBe(true)
    expect(mirrors).toMatchObject([
      { sink: 'down', lagEntries: entries, lastError: expect.stringContaining('collector is away') },
      { sink: 'up', lagEntries: 0, failures: 0 },
    ])
    expect(mirrors?.[0]?.lagMs).toBeGreaterThanOrEqual(55_000)
    expect(host.mendkit.metrics()).toContain(`mendkit_mirror_lag_entries{sink="down"} ${entries}`)
    down.before = async () => undefined
    await host.clock.advance(600_000)
    expect(down.seqs()).toEqual(upTo(await size(host)))
    const [after] = (await host.mendkit.health()).mirrors ?? []
    expect(after).toEqual({ sink: 'down', lagEntries: 0, failures: 0 })
    expect(host.mendkit.metrics()).toContain('mendkit_mirror_lag_entries{sink="down"} 0')
  })

  test('is asked less and less often, and not before it asked to be', async () => {
    const down = aReceiver()
    const asked: number[] = []
    const host = await opened([down.sink])
    down.before = async () => {
      asked.push(host.clock.now())
      throw new MendkitError('unavailable', 'too many requests', { retryAfterMs: 120_000 })
    }
    await host.mendkit.pause()
    await host.clock.advance(900_000)
    const waits = asked.slice(1).map((at, index) => at - (asked[index] ?? at))
    expect(waits.length).toBeGreaterThan(2)
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(120_000)
    expect(Math.max(...waits)).toBeLessThanOrEqual(302_000)
  })

  test('that hangs is given up after a while, and sent the same again', async () => {
    const hanging = aReceiver()
    const host = await opened([hanging.sink], { settings: { engine: { portTimeoutMs: 5_000 } } })
    hanging.before = hang
    await host.mendkit.pause()
    await host.clock.advance(6_000)
    const [health] = (await host.mendkit.health()).mirrors ?? []
    expect(health?.lastError).toContain('did not answer within 5000 ms')
    hanging.before = async () => undefined
    await host.clock.advance(60_000)
    expect([...new Set(hanging.seqs())]).toEqual(upTo(await size(host)))
  })

  test('is asked for one log only while it is away, and refusing one log keeps no other from it', async () => {
    const receiver = aReceiver()
    let calls = 0
    receiver.before = async () => {
      calls += 1
      await failing()
    }
    const host = await opened([receiver.sink])
    for (let index = 0; index < 20; index += 1) {
      await host.mendkit.as({ id: 'ada', roles: [], tenant: `t${index}`, via: 'test' }).pause()
    }
    calls = 0
    await host.clock.advance(4_000)
    expect(calls).toBeLessThanOrEqual(1)
    receiver.before = async ({ tenant }) => {
      if (tenant === 't3') throw new MendkitError('rejected', 'this log is not wanted')
    }
    await host.clock.advance(600_000)
    expect(receiver.seqs('t2')).toEqual([0])
    expect(receiver.seqs('t4')).toEqual([0])
    expect(receiver.seqs('t3')).toEqual([])
    expect((await host.mendkit.health()).mirrors).toMatchObject([{ lagEntries: 1, lastError: expect.any(String) }])
  })
})

describe('two hosts on one store', () => {
  test('send each entry once while nothing fails, and one goes on for the other', async () => {
    const store = simulatedStore()
    const clock = virtualClock()
    const receiver = aReceiver()
    const hosts = [1, 2].map(() => createMendkit({ store, system: { clock, mirrors: [receiver.sink], log: quiet } }))
    const stops = hosts.map(() => new AbortController())
    const running = hosts.map((host, index) => host.run({ signal: stops[index]?.signal as AbortSignal }))
    receiver.before = () => clock.sleep(200, new AbortController().signal)
    for (let times = 0; times < 30; times += 1) {
      await hosts[times % 2]?.pause()
      await clock.advance(170)
    }
    await clock.advance(5_000)
    expect(receiver.seqs()).toEqual(upTo(await size({ store })))
    stops[0]?.abort()
    await clock.advance(2_000)
    await hosts[0]?.pause()
    await clock.advance(3_000)
    expect(receiver.seqs()).toEqual(upTo(await size({ store })))
    stops[1]?.abort()
    await clock.advance(2_000)
    await Promise.all(running)
  })

  test('of which one was killed between sending and storing how far it came: the other sends that again', async () => {
    const clock = virtualClock()
    const receiver = aReceiver()
    const shared = simulatedStore()
    const dying = new AbortController()
    /** Sends, and then never hears of its store again. */
    const first: Store = {
      ...shared,
      commit: (change, ctx) =>
        receiver.taken.length > 0 && !dying.signal.aborted ? hang() : shared.commit(change, ctx),
    }
    const victim = createMendkit({ store: first, system: { clock, mirrors: [receiver.sink], log: quiet } })
    void victim.run({ signal: dying.signal })
    await clock.advance(100)
    expect(receiver.seqs()).toEqual([0])
    await opened([receiver.sink], { store: shared, system: { clock } })
    await clock.advance(120_000)
    const seqs = receiver.seqs()
    expect(seqs.slice(0, 2)).toEqual([0, 0])
    expect([...new Set(seqs)]).toEqual(upTo(await size({ store: shared })))
  })
})

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

test('two mirrors of one name are refused, and so is one that takes no batches', () => {
  const { sink } = aReceiver()
  expect(() => createMendkit({ system: { mirrors: [sink, sink] } })).toThrow(
    expect.objectContaining({ code: 'config', path: 'system.mirrors' }),
  )
  for (const wrong of [
    { ...sink, maxEntries: 0 },
    { ...sink, write: undefined },
    { ...sink, spec: 2 },
  ]) {
    expect(() => createMendkit({ system: { mirrors: [wrong as never] } })).toThrow(
      expect.objectContaining({ code: 'config' }),
    )
  }
})
