import {
  type AlertInput,
  memoryState,
  type RecordedChange,
  type Resource,
  type Store,
  type Topology,
} from '@mendkit/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changesSetting } from '../src/engine/changes.ts'
import { writeSetting } from '../src/engine/host/write.ts'
import { type AlertBench, alertBench, at, deployment, podAlert, tenant } from './support/intake.ts'

/** One alert of a storm: a pod, which a Deployment may own, a zone or none, and when it began. */
interface StormAlert {
  readonly pod: number
  readonly owner: number | undefined
  readonly zone: number | undefined
  readonly start: number
}
interface StormChange {
  readonly at: number
  readonly owner: number
  readonly zone: number
}
interface Storm {
  readonly alerts: readonly StormAlert[]
  readonly changes: readonly StormChange[]
}

const windowMs = 10_000
const settings = { correlation: { labels: ['zone'], windowMs } }
const options = { settings, integrations: [{ topology: [stormTopology()] }] }

/** Pod `p3-of-2` belongs to Deployment `d2`. */
function stormTopology(): Topology {
  const owner = (name: string): Resource => deployment(`d${name}`)
  return {
    spec: 1,
    id: 'storm',
    owners: async ({ kind, name }) => {
      const of = /-of-(\d+)$/.exec(name)?.[1]
      return kind === 'Pod' && of !== undefined ? [{ ...owner(of), labels: {} }] : []
    },
  }
}

function inputOf({ pod, owner, zone, start }: StormAlert, index: number): AlertInput {
  const name = owner === undefined ? `p${pod}` : `p${pod}-of-${owner}`
  return podAlert(name, {
    startsAt: at(start),
    labels: { index: String(index), ...(zone !== undefined && { zone: String(zone) }) },
  })
}

/** Records a change as the engine does: with the setting that correlation expects, again when somebody was faster. */
async function record(bench: AlertBench, { at: seconds, owner, zone }: StormChange): Promise<void> {
  const change: RecordedChange = {
    tenant,
    id: bench.parts.ids.next('chg'),
    kind: 'deployment',
    at: Date.parse(at(seconds)),
    resource: deployment(`d${owner}`),
    labels: { zone: String(zone) },
    state: 'new',
    revision: 0,
  }
  const more = { put: [{ kind: 'document', table: 'change', row: change }], audit: [] } as const
  await writeSetting(bench.parts, tenant, changesSetting, null, more, bench.ctx)
}

/** What must come out, told in the plainest way: everybody compared with everybody until nothing changes. */
function expectedPartition({ alerts, changes }: Storm): string[] {
  const group = alerts.map((_, index) => index)
  const causes = alerts.map((alert) =>
    changes.flatMap((change, index) => {
      const soon = alert.start >= change.at && (alert.start - change.at) * 1_000 <= windowMs
      return soon && (alert.owner === change.owner || alert.zone === change.zone) ? [index] : []
    }),
  )
  const tied = (a: number, b: number) => {
    const [one, other] = [alerts[a] as StormAlert, alerts[b] as StormAlert]
    if (one.owner === undefined ? one.pod === other.pod && other.owner === undefined : one.owner === other.owner)
      return true
    if (one.zone !== undefined && one.zone === other.zone && Math.abs(one.start - other.start) * 1_000 <= windowMs)
      return true
    return causes[a]?.some((cause) => causes[b]?.includes(cause)) ?? false
  }
  for (let again = true; again; ) {
    again = false
    for (let a = 0; a < alerts.length; a += 1) {
      for (let b = 0; b < a; b += 1) {
        if (group[a] === group[b] || !tied(a, b)) continue
        const [from, into] = [group[a], group[b]]
        for (const [index, each] of group.entries()) if (each === from) group[index] = into as number
        again = true
      }
    }
  }
  return asTexts(group.map((each, index) => [String(each), String(index)]))
}

function asTexts(pairs: readonly (readonly [string, string])[]): string[] {
  const groups = new Map<string, string[]>()
  for (const [group, member] of pairs) groups.set(group, [...(groups.get(group) ?? []), member])
  return [...groups.values()].map((members) => members.sort().join(' ')).sort()
}

function partitionOf(bench: AlertBench): string[] {
  return asTexts(bench.alerts().map(({ incidentId, labels }) => [incidentId ?? 'none', labels['index'] ?? '']))
}

/** Everything that must hold whoever did it: membership, counters and keys agree with the alerts. */
async function checkInvariants(bench: AlertBench): Promise<void> {
  const incidents = await bench.store.list('incident', { tenant, limit: 1_000 }, bench.ctx)
  const alerts = bench.alerts()
  for (const incident of incidents) {
    const members = await bench.store.members({ tenant, incidentId: incident.id, limit: 1_000 }, bench.ctx)
    const own = alerts.filter(({ incidentId }) => incidentId === incident.id)
    expect(members.map(({ alertId }) => alertId).sort()).toEqual(own.map(({ id }) => id).sort())
    if (incident.phase === 'closed') expect(own).toEqual([])
    const symptoms = await bench.store.symptoms(tenant, incident.id, bench.ctx)
    const recount = asTexts(own.map(({ topmost, id }) => [topmost?.name ?? '', id])).map((ids) => ids.split(' ').length)
    expect(ascending(symptoms.map(({ total }) => total))).toEqual(ascending(recount))
    expect(symptoms.map(({ firing, suppressed }) => firing + suppressed)).toEqual(symptoms.map(({ total }) => total))
  }
  expect(alerts.every(({ correlated, incidentId }) => correlated === 'done' && incidentId !== undefined)).toBe(true)
}

const ascending = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)

const alertArbitrary: fc.Arbitrary<StormAlert> = fc.record({
  pod: fc.integer({ min: 0, max: 5 }),
  owner: fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }),
  zone: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined, freq: 2 }),
  start: fc.integer({ min: 0, max: 90 }),
})
const changeArbitrary: fc.Arbitrary<StormChange> = fc.record({
  at: fc.integer({ min: 0, max: 90 }),
  owner: fc.integer({ min: 0, max: 5 }),
  zone: fc.integer({ min: 0, max: 3 }),
})
const stormArbitrary: fc.Arbitrary<Storm> = fc.record({
  alerts: fc.array(alertArbitrary, { minLength: 1, maxLength: 14 }),
  changes: fc.array(changeArbitrary, { maxLength: 3 }),
})

/** What happens, in some order: alerts are delivered in batches, changes recorded, pending alerts correlated. */
type Delivery =
  | { readonly kind: 'batch'; readonly alerts: readonly number[] }
  | { readonly kind: 'change'; readonly index: number }
  | { readonly kind: 'correlate' }

/** Every alert and change at least once, some twice, in any order, cut into batches with correlation in between. */
function deliveries({ alerts, changes }: Storm): fc.Arbitrary<Delivery[]> {
  const things = [...alerts.keys()].map((index) => index + 1).concat([...changes.keys()].map((index) => -index - 1))
  const doubled = fc.subarray(things.filter((thing) => thing > 0)).map((again) => [...things, ...again])
  return doubled.chain((all) =>
    fc
      .tuple(
        fc.shuffledSubarray(all, { minLength: all.length }),
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: all.length, maxLength: all.length }),
      )
      .map(([order, cuts]) =>
        order.flatMap((thing, position): Delivery[] => {
          const cut: Delivery[] = cuts[position] === 0 ? [{ kind: 'correlate' }] : []
          const delivery: Delivery =
            thing > 0 ? { kind: 'batch', alerts: [thing - 1] } : { kind: 'change', index: -thing - 1 }
          return [delivery, ...cut]
        }),
      )
      .map(joinBatches),
  )
}

function joinBatches(list: readonly Delivery[]): Delivery[] {
  const joined: Delivery[] = []
  for (const each of list) {
    const last = joined.at(-1)
    const fits = each.kind === 'batch' && last?.kind === 'batch' && last.alerts.length < 4
    if (fits) joined[joined.length - 1] = { kind: 'batch', alerts: [...last.alerts, ...each.alerts] }
    else joined.push(each)
  }
  return joined
}

async function deliver(bench: AlertBench, storm: Storm, delivery: Delivery): Promise<void> {
  if (delivery.kind === 'correlate') return bench.correlate()
  if (delivery.kind === 'change') return record(bench, storm.changes[delivery.index] as StormChange)
  await bench.ingest(delivery.alerts.map((index) => inputOf(storm.alerts[index] as StormAlert, index)))
}

const stormAndDelivery = stormArbitrary.chain((storm) => fc.tuple(fc.constant(storm), deliveries(storm)))

describe('a storm', () => {
  it('is cut into the same incidents in whatever order, doubled, delayed and batched it arrives', async () => {
    await fc.assert(
      fc.asyncProperty(stormAndDelivery, async ([storm, order]) => {
        const bench = await alertBench(options)
        for (const delivery of order) {
          await deliver(bench, storm, delivery)
          await bench.clock.advance(0)
        }
        await bench.correlate()
        expect(partitionOf(bench)).toEqual(expectedPartition(storm))
        await checkInvariants(bench)
      }),
      { numRuns: 400 },
    )
  }, 60_000)

  it('is the same for workers that do all at once on one store', async () => {
    await fc.assert(
      fc.asyncProperty(stormAndDelivery, fc.integer(), async ([storm, order], seed) => {
        const state = memoryState()
        let turn = seed
        // Each call waits a number of turns that the seed chooses, so that the workers interleave in every way.
        const slowed = (store: Store) =>
          new Proxy(store, {
            get(target, name) {
              const member: unknown = Reflect.get(target, name)
              if (typeof member !== 'function' || name === 'open') return member
              return async (...args: unknown[]) => {
                turn = Math.imul(turn ^ 0x5bd1e995, 0x85ebca6b) + 1
                for (let wait = (turn >>> 16) % 7; wait > 0; wait -= 1) await Promise.resolve()
                return Reflect.apply(member, target, args) as unknown
              }
            },
          })
        const workers = [
          await alertBench({ ...options, state, wrap: slowed }),
          await alertBench({ ...options, state, wrap: slowed }),
        ] as const
        const tasks = order.map((delivery, index) => deliver(workers[index % 2] as AlertBench, storm, delivery))
        await Promise.all([...tasks, workers[0].correlate(), workers[1].correlate()])
        await Promise.all([workers[0].correlate(), workers[1].correlate()])
        await workers[0].correlate()
        expect(partitionOf(workers[0])).toEqual(expectedPartition(storm))
        await checkInvariants(workers[1])
      }),
      { numRuns: 200 },
    )
  }, 60_000)
})
