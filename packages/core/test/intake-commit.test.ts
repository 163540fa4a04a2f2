import { type AlertBatch, type Change, MendkitError, memoryState, type Store } from '@mendkit/core'
import { describe, expect, it } from 'vitest'
import { createIntake } from '../src/engine/intake/intake.ts'
import { alertBench, at, podAlert, tenant } from './support/intake.ts'
import { away, type Faults, faultyStore } from './support/parts.ts'

const batchOf = (alerts: AlertBatch['alerts'], more: Partial<AlertBatch> = {}) => {
  return { tenant, source: 'am', complete: false, asOf: at(0), alerts, ...more }
}

/** A store that lets somebody else write before each of the first commits. */
function rivalled(store: Store, rival: (change: Change) => Promise<boolean>): Store {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return async (...args: unknown[]) => {
        if (name === 'commit' && (await rival(args[0] as Change)))
          return { kind: 'conflict', because: 'a rival was first' }
        return Reflect.apply(member, target, args) as unknown
      }
    },
  })
}

describe('taking batches in', () => {
  it('merges again when another process changed the alert meanwhile', async () => {
    const state = memoryState()
    const other = await alertBench({ state })
    let rivals = 0
    const bench = await alertBench({
      state,
      wrap: (store) =>
        rivalled(store, async () => {
          rivals += 1
          if (rivals <= 3) await other.ingest([podAlert('p', { startsAt: at(-rivals) })], { asOf: at(rivals) })
          return false
        }),
    })
    const result = await bench.ingest([podAlert('p', { startsAt: at(-60) })], { asOf: at(10) })
    expect(result).toEqual({ accepted: 1, changed: 1, refused: [] })
    expect(bench.only()).toMatchObject({ startsAt: at(-60), lastSeenAt: at(10) })
    expect(bench.parts.metrics.text()).toContain('mendkit_intake_conflicts_total 3')
  })

  it('gives up as unavailable when others never stop, and says when to come again', async () => {
    const bench = await alertBench({ wrap: (store) => rivalled(store, async () => true) })
    const refusal = await bench.ingest([podAlert('p')]).catch((error: unknown) => error)
    expect(MendkitError.is(refusal, 'unavailable') && refusal.retryAfterMs).toBe(1_000)
    expect(bench.alerts()).toEqual([])
  })

  it('loses nothing when the store is away: the sender is told, and the next try counts', async () => {
    const faults: Faults = { commits: away }
    const bench = await alertBench({ wrap: (store) => faultyStore(store, faults) })
    const refusal = await bench.ingest([podAlert('p')]).catch((error: unknown) => error)
    expect(MendkitError.is(refusal, 'unavailable')).toBe(true)
    faults.commits = undefined
    expect((await bench.ingest([podAlert('p')])).changed).toBe(1)
  })

  it('makes batches that arrive together durable together, in their order, with an audit entry each', async () => {
    let commits = 0
    const bench = await alertBench({
      wrap: (store) =>
        rivalled(store, async () => {
          commits += 1
          return false
        }),
    })
    const results = await Promise.all([
      bench.ingest([podAlert('p')], { asOf: at(0) }),
      bench.ingest([podAlert('p', { status: 'resolved' })], { asOf: at(1) }),
      bench.ingest([podAlert('p', { startsAt: at(2) })], { asOf: at(2) }),
      bench.ingest([podAlert('q')], { asOf: at(2) }),
    ])
    expect(results.map(({ changed }) => changed)).toEqual([1, 1, 1, 1])
    expect(commits).toBe(1)
    expect(bench.alerts().map(({ episode, status }) => [episode, status])).toEqual([
      [2, 'firing'],
      [1, 'firing'],
    ])
    expect(bench.log().map(({ type }) => type)).toEqual(Array.from({ length: 4 }, () => 'alerts-received'))
  })

  it('refuses one batch more than may wait, and takes batches again when they are through', async () => {
    const bench = await alertBench({ settings: { intake: { maxPendingBatches: 2 } } })
    const intake = createIntake(bench.parts)
    const ingest = (pod: string, of = tenant) => intake.ingest({ ...batchOf([podAlert(pod)]), tenant: of }, bench.ctx)
    const [first, second, third, foreign] = await Promise.allSettled([
      ingest('a'),
      ingest('b'),
      ingest('c'),
      ingest('d', 'globex'),
    ])
    expect([first?.status, second?.status, foreign?.status]).toEqual(['fulfilled', 'fulfilled', 'fulfilled'])
    expect(
      third?.status === 'rejected' && MendkitError.is(third.reason, 'unavailable') && third.reason.retryAfterMs,
    ).toBe(1_000)
    expect(bench.parts.metrics.text()).toContain('mendkit_batches_refused_total{because="waiting"} 1')
    expect(bench.parts.metrics.text()).toContain('mendkit_intake_waiting_batches 0')
    expect((await ingest('c')).changed).toBe(1)
  })

  it('takes a batch back when its caller gives up while it waits', async () => {
    const bench = await alertBench()
    const intake = createIntake(bench.parts)
    const stop = new AbortController()
    const first = intake.ingest(batchOf([podAlert('a')]), bench.ctx)
    const second = intake.ingest(batchOf([podAlert('b')]), { ...bench.ctx, signal: stop.signal })
    stop.abort(new Error('gone'))
    await expect(second).rejects.toThrow('gone')
    expect((await first).changed).toBe(1)
    expect(bench.alerts().map(({ labels }) => labels['pod'])).toEqual(['a'])
  })

  it('does not let a batch that the store refuses take its neighbours with it', async () => {
    const bench = await alertBench({
      wrap: (store) =>
        rivalled(store, async (change) => {
          if (JSON.stringify(change).includes('"poison"')) throw new MendkitError('invalid', 'no store can keep this')
          return false
        }),
    })
    const results = await Promise.allSettled([
      bench.ingest([podAlert('a')]),
      bench.ingest([podAlert('poison')]),
      bench.ingest([podAlert('b')]),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(bench.alerts().map(({ labels }) => labels['pod'])).toEqual(['a', 'b'])
  })

  it('raises the incident of an alert that changed, and of no other', async () => {
    const bench = await alertBench()
    await bench.ingest([podAlert('p')], { asOf: at(0) })
    await bench.correlate()
    const inputs = () => [...(bench.state.tenants.get(tenant)?.due.values() ?? [])].map((due) => due.inputs)
    expect(inputs()).toEqual([1])
    await bench.ingest([podAlert('p')], { asOf: at(1) })
    expect(inputs()).toEqual([1])
    await bench.ingest([podAlert('p', { status: 'suppressed' })], { asOf: at(2) })
    expect(inputs()).toEqual([2])
    await bench.ingest([podAlert('p', { status: 'resolved' })], { asOf: at(3) })
    expect(inputs()).toEqual([3])
    await bench.ingest([podAlert('p', { startsAt: at(4) })], { asOf: at(4) })
    expect(inputs()).toEqual([4])
  })

  it('says once a batch which alerts do not read back, and how many, and refuses each', async () => {
    const damaged = new MendkitError('corrupt', 'an alert does not read back as what was written')
    const bench = await alertBench({
      wrap: (store) => ({ ...store, alerts: () => Promise.reject(damaged) }),
    })
    const result = await bench.ingest(Array.from({ length: 500 }, (_, index) => podAlert(`p-${index}`)))
    expect(result.refused).toHaveLength(500)
    expect(result.refused[0]?.because).toContain('does not read back')
    const errors = bench.logged.filter(({ level }) => level === 'error')
    expect(errors).toMatchObject([{ message: expect.stringContaining('500 alerts are not taken from source am') }])
    expect(bench.parts.metrics.text()).toContain('mendkit_alerts_refused_total{rule="corrupt"} 500\n')
  })

  it('takes 10,000 alerts in one commit and a complete batch of them with as few reads', async () => {
    const calls: Record<string, number> = {}
    const counted = (store: Store) =>
      new Proxy(store, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name)
          if (typeof member !== 'function') return member
          return (...args: unknown[]) => {
            calls[String(name)] = (calls[String(name)] ?? 0) + 1
            return Reflect.apply(member, target, args) as unknown
          }
        },
      })
    const bench = await alertBench({ wrap: counted })
    const storm = Array.from({ length: 10_000 }, (_, index) => podAlert(`p-${index}`))
    expect((await bench.ingest(storm)).changed).toBe(10_000)
    expect(calls).toEqual({ alerts: 10, commit: 1 })
    for (const name of Object.keys(calls)) calls[name] = 0
    expect((await bench.ingest(storm, { asOf: at(30), complete: true })).changed).toBe(0)
    expect(calls).toEqual({ alerts: 0, staleAlerts: 11, get: 1, commit: 1 })
    expect(bench.log()).toHaveLength(1)
  })
})
