import { createMendkit, type Heartbeat, MendkitError, type Store } from '@mendkit/core'
import { simulatedStore, virtualClock } from '@mendkit/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { type HostOptions, hang, openHost } from './support/host.ts'

const everyMs = 30_000

function counting(beat: () => Promise<void> = async () => undefined) {
  const beats: number[] = []
  const heartbeat: Heartbeat = {
    spec: 1,
    id: 'outside',
    everyMs,
    async beat() {
      beats.push(beats.length)
      await beat()
    },
  }
  return { heartbeat, beats }
}

async function opened(heartbeat: Heartbeat, faults: HostOptions['faults'] = () => ({})) {
  const host = await openHost({ system: { heartbeat }, faults })
  onTestFinished(() => host.stop())
  return host
}

test('an engine that does its work beats once an interval', async () => {
  const { heartbeat, beats } = counting()
  const host = await opened(heartbeat)
  await host.clock.advance(10 * everyMs)
  expect(beats).toHaveLength(10)
  expect(host.mendkit.metrics()).toContain('mendkit_heartbeats_total{heartbeat="outside"} 10')
})

const down = async () => {
  throw new MendkitError('unavailable', 'the store is down')
}
const broken: readonly (readonly [string, (store: Store) => Partial<Store>])[] = [
  ['cannot be read', () => ({ get: down as never })],
  ['takes no commit', () => ({ commit: down })],
  ['answers every commit with a conflict', () => ({ commit: async () => ({ kind: 'conflict', because: 'always' }) })],
  ['hangs', () => ({ get: hang as never })],
  ['lets no incident be claimed', () => ({ claim: down })],
  ['lets no alert be correlated', () => ({ pendingAlerts: hang as never })],
]

test.each(broken)('while the store %s the beats stop; then they go on', async (_, fault) => {
  let isBroken = false
  const { heartbeat, beats } = counting()
  const host = await opened(heartbeat, (store) => {
    const faulty = fault(store)
    const replaced = Object.keys(faulty) as readonly (keyof Store)[]
    return Object.fromEntries(
      replaced.map((name) => {
        const [good, bad] = [store[name], faulty[name]] as readonly ((...given: unknown[]) => unknown)[]
        return [name, (...given: unknown[]) => (isBroken ? bad?.(...given) : good?.(...given))]
      }),
    )
  })
  await host.clock.advance(2 * everyMs)
  expect(beats).toHaveLength(2)
  isBroken = true
  await host.clock.advance(2 * everyMs)
  const before = beats.length
  await host.clock.advance(10 * everyMs)
  expect(beats).toHaveLength(before)
  expect(host.mendkit.metrics()).toMatch(/mendkit_heartbeats_withheld_total\{heartbeat="outside"\} \d+/)
  expect(host.logged.some((line) => line.includes('heartbeat outside is withheld'))).toBe(true)
  if (fault(host.store).pendingAlerts !== undefined) return
  isBroken = false
  await host.clock.advance(5 * everyMs)
  expect(beats.length).toBeGreaterThan(before + 1)
})

test.each([
  ['refuses', down],
  ['never answers', hang],
])('a receiver that %s is logged and counted, and holds up nothing', async (_, beat) => {
  const { heartbeat, beats } = counting(beat)
  const host = await opened(heartbeat)
  await host.clock.advance(8 * everyMs)
  expect(beats.length).toBeGreaterThanOrEqual(4)
  await host.alert()
  await host.clock.advance(10_000)
  expect(await host.mendkit.incidents.list()).toHaveLength(1)
  expect(await host.mendkit.health()).toMatchObject({ ok: true })
  expect(host.mendkit.metrics()).toMatch(/mendkit_heartbeat_failures_total\{heartbeat="outside"\} [3-8]/)
  expect(host.logged.some((line) => line.includes('heartbeat outside was not taken'))).toBe(true)
})

test('a proof that another host was first to write is written again', async () => {
  const { heartbeat, beats } = counting()
  let lost = 0
  const host = await opened(heartbeat, (store) => ({
    commit: async (change, ctx) => {
      const isProof = change.put.some((put) => put.kind === 'document' && put.row.id === 'heartbeat:outside')
      if (isProof) lost += 1
      return isProof && lost % 2 === 1 ? { kind: 'conflict', because: 'somebody was first' } : store.commit(change, ctx)
    },
  }))
  await host.clock.advance(3 * everyMs)
  expect([beats.length, lost]).toEqual([3, 6])
})

test('two engines on one store both beat', async () => {
  const [one, two] = [counting(), counting()]
  const store = simulatedStore()
  const clock = virtualClock()
  const stopping = new AbortController()
  const runs = [one, two].map(({ heartbeat }) =>
    createMendkit({ store, system: { clock, heartbeat } }).run({ signal: stopping.signal }),
  )
  await clock.advance(5 * everyMs)
  stopping.abort()
  await clock.advance(1_000)
  await Promise.all(runs)
  expect([one.beats.length, two.beats.length]).toEqual([5, 5])
})

test.each([0, 999, 86_400_001, 1.5, Number.NaN])('a heartbeat every %d ms is refused with the path', (wrong) => {
  const { heartbeat } = counting()
  const create = () => createMendkit({ system: { heartbeat: { ...heartbeat, everyMs: wrong } } })
  expect(create).toThrow(expect.objectContaining({ code: 'config', path: 'system.heartbeat.everyMs' }))
})
