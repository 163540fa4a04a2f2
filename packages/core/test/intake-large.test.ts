import { MendkitError, memoryState, type Store } from '@mendkit/core'
import { describe, expect, it } from 'vitest'
import { alertBench, at, podAlert } from './support/intake.ts'
import { away } from './support/parts.ts'

const complete = (seconds: number) => ({ asOf: at(seconds), complete: true })
const pods = (count: number) => Array.from({ length: count }, (_, index) => podAlert(`p-${index}`))

/** A store that calls `before` with the number of each commit, from 1. */
function counted(store: Store, before: (commit: number) => unknown): Store {
  let commits = 0
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return async (...args: unknown[]) => {
        if (name === 'commit') {
          commits += 1
          await before(commits)
        }
        return Reflect.apply(member, target, args) as unknown
      }
    },
  })
}

describe('a batch of more alerts than one commit takes', () => {
  it('is taken whole: of 25,000 alerts none ends while it fires, and one that is gone ends at the second poll', async () => {
    const sizes: number[] = []
    const bench = await alertBench({ wrap: (store) => counted(store, (commit) => sizes.push(commit)) })
    const storm = pods(25_000)
    const states = () => {
      const counts = { firing: 0, suppressed: 0, resolved: 0, missed: 0 }
      for (const { status, missed } of bench.alerts()) {
        counts[status] += 1
        if (missed > 0) counts.missed += 1
      }
      return counts
    }
    const firing = (count: number, rest: object = {}) => {
      return { firing: count, suppressed: 0, resolved: 0, missed: 0, ...rest }
    }
    expect(await bench.ingest(storm, complete(0))).toEqual({ accepted: 25_000, changed: 25_000, refused: [] })
    expect(sizes).toHaveLength(3)
    expect(states()).toEqual(firing(25_000))
    for (const moment of [10, 20]) expect((await bench.ingest(storm, complete(moment))).changed).toBe(0)
    expect(states()).toEqual(firing(25_000))

    // From the first part, the one that was read longest before the batch is known to be over.
    const rest = storm.toSpliced(7, 1)
    expect((await bench.ingest(rest, complete(30))).changed).toBe(0)
    expect(states()).toEqual(firing(25_000, { missed: 1 }))
    expect((await bench.ingest(rest, complete(40))).changed).toBe(1)
    expect(states()).toEqual(firing(24_999, { resolved: 1, missed: 1 }))
    expect(bench.alerts().find(({ status }) => status === 'resolved')?.labels['pod']).toBe('p-7')
  })

  const small = { settings: { intake: { maxAlertsPerBatch: 2 } } }

  it('is refused alert by alert with the places of the whole batch', async () => {
    const bench = await alertBench(small)
    const result = await bench.ingest([...pods(3), { labels: {} }, podAlert('last')])
    expect(result).toMatchObject({
      accepted: 4,
      changed: 4,
      refused: [{ index: 3, path: 'alerts[3].labels.alertname' }],
    })
  })

  it('is taken as it was given, although its list changes while the first part becomes durable', async () => {
    const bench = await alertBench(small)
    const list = pods(5)
    const taking = bench.ingest(list)
    list.length = 1
    expect(await taking).toMatchObject({ accepted: 5, changed: 5 })
  })

  it('does not miss what its earlier parts held in a bad shape', async () => {
    const bench = await alertBench(small)
    await bench.ingest(pods(5), complete(0))
    const bad = pods(5).map((alert, index) => (index === 0 ? { ...alert, startsAt: 'yesterday' } : alert))
    for (const moment of [10, 20, 30]) await bench.ingest(bad, complete(moment))
    expect(bench.alerts().map(({ status, missed }) => [status, missed])).toEqual(pods(5).map(() => ['firing', 0]))
  })

  it('ends nothing when one of its earlier parts held an alert that cannot be told', async () => {
    const bench = await alertBench(small)
    await bench.ingest(pods(5), complete(0))
    const bad = [{ labels: { alertname: 'A', pod: 7 } }, ...pods(4)]
    for (const moment of [10, 20, 30]) await bench.ingest(bad, complete(moment))
    expect(bench.alerts().map(({ status, missed }) => [status, missed])).toEqual(pods(5).map(() => ['firing', 0]))
  })

  it('is of one moment, also when its clock is ahead and time passes between the parts', async () => {
    const bench = await alertBench({
      ...small,
      wrap: (store) => counted(store, () => bench.clock.advance(1_000)),
    })
    for (let poll = 0; poll < 4; poll += 1) {
      await bench.ingest(pods(5), { asOf: '2099-01-01T00:00:00Z', complete: true })
    }
    expect(bench.alerts().map(({ status, missed }) => [status, missed])).toEqual(pods(5).map(() => ['firing', 0]))
  })

  it('is not answered before its last part is durable; a repeat after a failure in the middle takes the rest', async () => {
    let fails = true
    const bench = await alertBench({
      ...small,
      wrap: (store) =>
        counted(store, (commit) => {
          if (fails && commit > 1) throw away
        }),
    })
    const refusal = await bench.ingest(pods(5), complete(0)).catch((error: unknown) => error)
    expect(MendkitError.is(refusal, 'unavailable')).toBe(true)
    expect(bench.alerts()).toHaveLength(2)
    fails = false
    expect(await bench.ingest(pods(5), complete(10))).toEqual({ accepted: 5, changed: 3, refused: [] })
    expect(bench.alerts()).toHaveLength(5)
  })

  it('that failed in the middle has ended nothing, and is no complete one', async () => {
    const state = memoryState()
    const whole = await alertBench({ ...small, state })
    await whole.ingest([...pods(5), podAlert('gone')], complete(0))
    for (const moment of [10, 20, 30]) {
      const failing = await alertBench({
        ...small,
        state,
        wrap: (store) =>
          counted(store, (commit) => {
            if (commit === 3) throw away
          }),
      })
      await expect(failing.ingest(pods(5), complete(moment))).rejects.toThrow('away')
    }
    expect(whole.alerts().map(({ missed }) => missed)).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('goes no further when its caller gives up', async () => {
    const stop = new AbortController()
    const bench = await alertBench({
      ...small,
      wrap: (store) =>
        counted(store, () => {
          stop.abort(new Error('gone'))
        }),
    })
    const context = { ...bench.ctx, signal: stop.signal }
    await expect(bench.ingest(pods(5), {}, context)).rejects.toThrow('gone')
    expect(bench.alerts()).toHaveLength(2)
  })
})
