import type { Clock, Ids, LabelledResource, Random, Resource, Topology } from '@mendkit/core'
import { MendkitError, message, systemClock } from '@mendkit/core'
import {
  type Contract,
  clockContract,
  holdsTo,
  idsContract,
  loggerContract,
  randomContract,
  type TopologySubject,
  topologyContract,
  virtualClock,
} from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'

/** What the clauses say that a subject breaks. */
async function broken<Subject>(contract: Contract<Subject>, make: () => Subject): Promise<string[]> {
  const says: string[] = []
  for (const clause of contract) await clause.check(async () => make()).catch(() => says.push(clause.says))
  return says
}

holdsTo(test, 'virtualClock', clockContract, async () => {
  const clock = virtualClock()
  return { clock, advance: (ms) => clock.advance(ms) }
})

describe('the clock contract', () => {
  const signalFree = (sleep: Clock['sleep']): Clock => ({ ...systemClock, sleep })
  test.each<[string, Clock, string]>([
    ['seconds in place of milliseconds', { ...systemClock, now: () => Date.now() / 1000 }, 'tells the time'],
    ['a sleep that is none', signalFree(async (_, signal) => signal.throwIfAborted()), 'sleeps until'],
    [
      'a timer that overflows',
      signalFree((ms, signal) => systemClock.sleep(ms > 2 ** 31 ? 1 : ms, signal)),
      'does not wake early',
    ],
    [
      'an abort that is wrapped',
      signalFree((ms, signal) => systemClock.sleep(ms, signal).catch(() => Promise.reject(new Error('aborted')))),
      'rejects with the abort reason',
    ],
  ])('notices %s', async (_, clock, clause) => {
    const says = await broken(clockContract, () => ({ clock }))
    expect(says.some((each) => each.startsWith(clause))).toBe(true)
  })
})

describe('the contracts of ids, chance and logs', () => {
  const counting = (text: (count: number, prefix: string) => string): Ids => {
    let count = 0
    return { next: (prefix) => text(count++, prefix) }
  }
  test.each<[string, (count: number, prefix: string) => string, string]>([
    ['no prefix', (count) => `${count}`.padStart(12, '0'), 'gives ids'],
    ['numbers that do not sort as text', (count, prefix) => `${prefix}_0000000${count}`, 'never gives'],
    ['a counter of its own', (count, prefix) => `${prefix}_${`${count}`.padStart(12, '0')}`, 'has no id in common'],
  ])('notice ids with %s', async (_, text, clause) => {
    const says = await broken(idsContract, () => ({ ids: counting(text) }))
    expect(says.some((each) => each.startsWith(clause))).toBe(true)
  })

  const honest: Random = { hex: (length) => 'ab'.repeat(length), number: () => 0.5 }
  test.each<[string, Partial<Random>, string]>([
    ['half the bytes', { hex: (length) => 'a'.repeat(length) }, 'gives as many'],
    ['the same bytes', {}, 'does not repeat'],
    ['the same number', {}, 'gives numbers'],
    ['a number of one', { number: () => 1 }, 'gives numbers'],
  ])('notice chance with %s', async (_, change, clause) => {
    const says = await broken(randomContract, () => ({ random: { ...honest, ...change } }))
    expect(says.some((each) => each.startsWith(clause))).toBe(true)
  })

  test('notice a log that throws', async () => {
    const write = () => {
      throw new Error(message`the disk is full`)
    }
    const log = { debug: write, info: write, warn: write, error: write }
    expect(await broken(loggerContract, () => ({ log }))).toHaveLength(1)
  })
})

describe('the topology contract', () => {
  const resource = (kind: string): Resource => ({
    cluster: 'c',
    apiVersion: 'v1',
    kind,
    namespace: 'shop',
    name: 'web',
  })
  const labelled = (kind: string): LabelledResource => ({ ...resource(kind), labels: { app: 'web' } })
  const chains: Readonly<Record<string, readonly LabelledResource[]>> = {
    Pod: [labelled('ReplicaSet'), labelled('Deployment')],
    ReplicaSet: [labelled('Deployment')],
    Deployment: [],
  }
  const topology = (owners: Topology['owners']): Topology => ({ spec: 1, id: 't', owners })
  const failing = (code: 'unavailable' | 'rejected') => topology(() => Promise.reject(new MendkitError(code, 'no')))
  const honest: Topology['owners'] = async ({ kind }, { signal }) => {
    signal.throwIfAborted()
    return chains[kind]
  }
  const good: TopologySubject = {
    topology: topology(honest),
    owned: resource('Pod'),
    unknown: [resource('Queue')],
    unreachable: failing('unavailable'),
    rejected: failing('rejected'),
    secret: 's3cret',
  }
  holdsTo(test, 'a small topology', topologyContract, async () => good)

  const leaking = topology(() => Promise.reject(new MendkitError('rejected', 'no', { cause: { sent: 's3cret' } })))
  const changed = (change: Topology['owners']): Partial<TopologySubject> => ({ topology: topology(change) })
  test.each<[string, Partial<TopologySubject>, string]>([
    ['the topmost first', changed(async (one, ctx) => (await honest(one, ctx))?.toReversed()), 'puts the nearest'],
    ['an owner that owns itself', changed(async () => [labelled('Pod'), labelled('Pod')]), 'names owners'],
    ['nothing known taken for no owner', changed(async (one, ctx) => (await honest(one, ctx)) ?? []), 'does not say'],
    ['silence taken for no owner', { unreachable: topology(async () => []) }, 'throws unavailable'],
    ['an abort that is ignored', changed(async ({ kind }) => chains[kind]), 'rejects with the abort'],
    ['a secret in a cause', { rejected: leaking }, 'throws rejected'],
  ])('notices %s', async (_, change, clause) => {
    const says = await broken(topologyContract, () => ({ ...good, ...change }))
    expect(says.some((each) => each.startsWith(clause))).toBe(true)
  })
})
