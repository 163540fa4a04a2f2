import { type MendkitEvent, memoryStore, type Redacted, sha256 } from '@mendkit/core'
import { expect, test } from 'vitest'
import { createFeed, type Feed } from '../src/engine/feed/feed.ts'
import type { WatchOptions } from '../src/engine/feed/tail.ts'
import { away, type Faults, faultyStore, phaseEntry, setUp } from './support/parts.ts'

async function openFeed(faults: Faults = {}) {
  const bench = await setUp({ wrap: (store) => faultyStore(store, faults) })
  const feed = createFeed(bench.parts)
  await feed.start()
  const write = async (many = 1, tenant = 'acme') => {
    await bench.commit({ tenant, audit: Array.from({ length: many }, () => phaseEntry()) })
    feed.nudge(tenant)
  }
  return { ...bench, feed, write }
}

function follow(feed: Feed, options: WatchOptions = {}, tenant = 'acme') {
  return feed.watch({ tenant, ...options })[Symbol.asyncIterator]()
}

async function take(events: AsyncIterator<MendkitEvent>, many: number): Promise<number[]> {
  const seqs: number[] = []
  while (seqs.length < many) {
    const result = await events.next()
    if (result.done) break
    seqs.push(result.value.seq)
  }
  return seqs
}

test('the cursor is the last entry seen: -1 gives all, 0 all but the first, none only what is new', async () => {
  const { feed, write } = await openFeed()
  await write(3)
  expect(await take(follow(feed, { after: -1 }), 3)).toEqual([0, 1, 2])
  expect(await take(follow(feed, { after: 0 }), 2)).toEqual([1, 2])
  expect(await take(follow(feed, { after: 1 }), 1)).toEqual([2])
  const fresh = follow(feed)
  const next = take(fresh, 1)
  await write()
  expect(await next).toEqual([3])
  feed.close()
})

test('a nudge wakes a waiting reader without any time passing, and leaves no timer behind', async () => {
  const { feed, write, clock } = await openFeed()
  const next = take(follow(feed), 3)
  for (let round = 0; round < 3; round += 1) {
    await write()
    await clock.advance(0)
  }
  expect(await next).toEqual([0, 1, 2])
  expect(clock.sleepers).toBe(0)
  feed.close()
})

test('without a nudge, what another process wrote is seen one sweep later', async () => {
  const { feed, clock, commit, parts } = await openFeed()
  let seen: number[] = []
  const next = take(follow(feed), 1).then((seqs) => {
    seen = seqs
  })
  await clock.advance(0)
  await commit({ audit: [phaseEntry()] })
  await clock.advance(parts.settings.engine.sweepMs - 1)
  expect(seen).toEqual([])
  await clock.advance(1)
  await next
  expect(seen).toEqual([0])
  feed.close()
})

test('nothing of another tenant is seen', async () => {
  const { feed, write } = await openFeed()
  const ours = take(follow(feed, { after: -1 }, 'acme'), 1)
  await write(5, 'other')
  await write(1, 'acme')
  expect(await ours).toEqual([0])
  const all = follow(feed, { after: -1 }, 'acme')
  const { value } = await all.next()
  expect(value).toMatchObject({ seq: 0, tenant: 'acme' })
  feed.close()
})

test('texts are joined, and one that is gone is marked as erased', async () => {
  const { feed, commit } = await openFeed()
  const salt = 'ab'.repeat(16)
  const text = 'a pod crashes' as Redacted
  const digest = sha256(Buffer.concat([Buffer.from(salt, 'hex'), Buffer.from(text)]))
  const blob = { tenant: 'acme', digest, salt, text }
  const entry = phaseEntry({ blobs: { because: digest, note: 'f'.repeat(64) } })
  await commit({ put: [{ kind: 'blob', blob }], audit: [entry] })
  const { value } = await follow(feed, { after: -1 }).next()
  expect(value).toMatchObject({
    type: 'phase-changed',
    at: '2026-01-01T00:00:00.000Z',
    data: { from: 'open', to: 'diagnosing' },
    texts: { because: { text }, note: { erased: true } },
  })
  feed.close()
})

test('types and incident narrow what is yielded', async () => {
  const { feed, commit } = await openFeed()
  const other = phaseEntry({ subject: { kind: 'incident', id: 'inc_2' } })
  const closed = phaseEntry({ type: 'incident-relapsed', data: { relapses: 1 } })
  await commit({ audit: [phaseEntry(), other, closed] })
  expect(await take(follow(feed, { after: -1, incidentId: 'inc_2' }), 1)).toEqual([1])
  expect(await take(follow(feed, { after: -1, types: ['incident-relapsed'] }), 1)).toEqual([2])
  feed.close()
})

test('a slow reader makes the feed read no further ahead than one page', async () => {
  const asked: number[] = []
  const bench = await setUp({
    wrap: (store) => ({
      ...store,
      readAudit: (query, ctx) => {
        asked.push(query.from)
        return store.readAudit(query, ctx)
      },
    }),
  })
  const feed = createFeed(bench.parts)
  await feed.start()
  for (let round = 0; round < 10; round += 1)
    await bench.commit({ audit: Array.from({ length: 100 }, () => phaseEntry()) })
  const events = follow(feed, { after: -1 })
  await take(events, 1)
  await bench.clock.advance(60_000)
  expect(asked).toEqual([0])
  expect(await take(events, 999)).toHaveLength(999)
  expect(asked).toEqual([0, 200, 400, 600, 800])
  feed.close()
})

test('an aborted reader ends quietly: while it waits, while it holds a page, and before it began', async () => {
  const { feed, write, clock } = await openFeed()
  await write(3)
  const stop = new AbortController()
  const holding = follow(feed, { after: -1, signal: stop.signal })
  const waiting = follow(feed, { signal: stop.signal })
  await holding.next()
  const next = waiting.next()
  stop.abort(new Error('shutting down'))
  await expect(next).resolves.toMatchObject({ done: true })
  await expect(holding.next()).resolves.toMatchObject({ done: true })
  await expect(follow(feed, { after: -1, signal: stop.signal }).next()).resolves.toMatchObject({ done: true })
  expect(clock.sleepers).toBe(0)
})

test('leaving while an event is awaited ends at once and leaves nothing behind', async () => {
  const { feed, parts, clock } = await openFeed()
  const events = follow(feed)
  const next = events.next()
  await clock.advance(10)
  expect(parts.metrics.text()).toContain('mendkit_feed_readers 1\n')
  await events.return?.()
  await expect(next).resolves.toMatchObject({ done: true })
  expect(parts.metrics.text()).toContain('mendkit_feed_readers 0\n')
  expect(clock.sleepers).toBe(0)
})

test('while the store is away a reader waits for it; a log that does not read back is thrown', async () => {
  const faults: Faults = {}
  const { feed, write, clock, logged, parts } = await openFeed(faults)
  await write()
  faults.reads = away
  const next = take(follow(feed, { after: -1 }), 1)
  await clock.advance(3_000)
  expect(logged.map((line) => line.level)).toContain('warn')
  faults.reads = undefined
  await clock.advance(parts.settings.engine.sweepMs)
  expect(await next).toEqual([0])
  faults.reads = new Error('the disk returned other bytes')
  await expect(follow(feed, { after: -1 }).next()).rejects.toThrow('other bytes')
  feed.close()
})

test.each([-2, 1.5, Number.NaN])('%s is refused as a cursor', async (after) => {
  const { feed } = await openFeed()
  await expect(follow(feed, { after }).next()).rejects.toMatchObject({ code: 'invalid', path: 'after' })
})

test('a cursor that is ahead of the log is refused, because its reader would wait for ever', async () => {
  const { feed, write } = await openFeed()
  await write(2)
  await expect(follow(feed, { after: 50 }).next()).rejects.toMatchObject({ code: 'invalid', path: 'after' })
})

test('a reader that comes before the store is open misses nothing that is written afterwards', async () => {
  const bench = await setUp()
  await bench.commit({ audit: [phaseEntry()] })
  const feed = createFeed(bench.parts)
  const next = take(follow(feed), 1)
  await feed.start()
  await bench.commit({ audit: [phaseEntry()] })
  feed.nudge('acme')
  expect(await next).toEqual([1])
  feed.close()
})

test('a listener hears what is written right after it was added, and nothing after it was taken away', async () => {
  const { feed, write, clock, parts } = await openFeed()
  await write()
  const heard: string[] = []
  const all: number[] = []
  const onPhase = (event: { seq: number; data: { to: string } }) => heard.push(`${event.seq} ${event.data.to}`)
  const onAny = (event: MendkitEvent) => all.push(event.seq)
  feed.on('acme', 'phase-changed', onPhase)
  feed.on('acme', '*', onAny)
  feed.on('acme', 'incident-relapsed', () => heard.push('never'))
  await write()
  await clock.advance(0)
  expect(heard).toEqual(['1 diagnosing'])
  feed.off('acme', 'phase-changed', onPhase)
  await write()
  await clock.advance(0)
  expect(heard).toHaveLength(1)
  expect(all).toEqual([1, 2])
  expect(parts.metrics.text()).toContain('mendkit_feed_readers 1\n')
  feed.close()
})

test('the log is read for listeners only while there are any', async () => {
  const { feed, write, clock, parts } = await openFeed()
  const listener = () => undefined
  feed.on('acme', '*', listener)
  feed.on('acme', '*', listener)
  await clock.advance(0)
  expect(parts.metrics.text()).toContain('mendkit_feed_readers 1\n')
  feed.off('acme', '*', listener)
  await write()
  await clock.advance(0)
  expect(parts.metrics.text()).toContain('mendkit_feed_readers 0\n')
  expect(clock.sleepers).toBe(0)
})

test('a listener that throws or rejects is logged and counted, and the others hear everything', async () => {
  const { feed, write, clock, parts, logged } = await openFeed()
  const heard: number[] = []
  feed.on('acme', 'phase-changed', () => {
    throw new Error('thrown password=hunter2hunter2')
  })
  feed.on('acme', 'phase-changed', () => Promise.reject(new Error('rejected')))
  feed.on('acme', 'phase-changed', (event) => heard.push(event.seq))
  feed.on('acme', '*', (event) => heard.push(event.seq + 100))
  await write(2)
  await clock.advance(0)
  expect(heard).toEqual([0, 100, 1, 101])
  expect(parts.metrics.text()).toContain('mendkit_listener_failures_total{type="phase-changed"} 4\n')
  const told = logged.filter((line) => line.level === 'error').map((line) => line.message)
  expect(told).toHaveLength(4)
  expect(told.join(' ')).toContain('rejected')
  expect(told.join(' ')).not.toContain('hunter2')
  feed.close()
})

test('listeners go on behind the last event after the log could not be read', async () => {
  const faults: Faults = {}
  const { feed, write, clock, parts } = await openFeed(faults)
  const heard: number[] = []
  feed.on('acme', '*', (event) => heard.push(event.seq))
  await write()
  await clock.advance(0)
  faults.reads = new Error('the disk returned other bytes')
  await write()
  await clock.advance(0)
  faults.reads = undefined
  await write()
  await clock.advance(parts.settings.engine.sweepMs)
  expect(heard).toEqual([0, 1, 2])
  feed.close()
  expect(clock.sleepers).toBe(0)
})

test('closing the feed ends readers and listeners', async () => {
  const { feed, clock, parts } = await openFeed()
  const next = follow(feed).next()
  feed.on('acme', '*', () => undefined)
  await clock.advance(0)
  feed.close()
  await expect(next).resolves.toMatchObject({ done: true })
  await clock.advance(0)
  expect(parts.metrics.text()).toContain('mendkit_feed_readers 0\n')
  expect(clock.sleepers).toBe(0)
})

test('a feed over a store of its own starts at an empty log with the cursor 0', async () => {
  const bench = await setUp({ store: memoryStore() })
  const feed = createFeed(bench.parts)
  await feed.start()
  const next = take(follow(feed, { after: 0 }), 1)
  await bench.commit({ audit: [phaseEntry(), phaseEntry()] })
  feed.nudge('acme')
  expect(await next).toEqual([1])
  feed.close()
})
