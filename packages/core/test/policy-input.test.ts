import {
  cronTimeZones,
  definePolicy,
  type PastExecution,
  type PastIncident,
  type Policy,
  type PolicyInput,
  type Store,
} from '@mendkit/core'
import { callContext, simulatedStore, virtualClock } from '@mendkit/testkit'
import { Cron } from 'croner'
import { expect, test } from 'vitest'
import { away, faultyStore } from './support/parts.ts'
import { flagRule, freshWorld, openShop, setFlag, type World } from './support/shop.ts'

const principal = { id: 'alice', roles: ['approver'], tenant: 'default', via: 'test' }

interface Heard {
  readonly input: PolicyInput
  readonly confidence: number
  readonly executions: readonly PastExecution[]
  readonly incidents: readonly PastIncident[]
  readonly complete: readonly boolean[]
}

/** Allows everything and keeps what it was given, with the past that it was told. */
function listening(): Policy & { readonly heard: Heard[] } {
  const heard: Heard[] = []
  const policy = definePolicy({
    id: 'listening',
    decide: async (input) => {
      const [executions, incidents] = await Promise.all([input.executions(), input.incidents()])
      const complete = [executions.complete, incidents.complete]
      const confidence = await input.confidence()
      heard.push({ input, confidence, executions: executions.items, incidents: incidents.items, complete })
      return { kind: 'allow', because: 'fine' }
    },
  })
  return { ...policy, heard }
}

/** A world in which every incident has a lock of its own, and the flag is put back by somebody else at once. */
function ownLocks(): { readonly world: World; readonly action: ReturnType<typeof setFlag> } {
  const world = freshWorld()
  world.afterWrite = () => {
    world.flag = { ...world.flag, on: true }
  }
  const whole = setFlag(world)
  const preview: typeof whole.preview = async (input, ctx) => ({
    ...(await whole.preview(input, ctx)),
    lockKeys: [input.incident.id],
  })
  return { world, action: { ...whole, preview } }
}

test.each([
  ['against the same cause', 'bad-flag', 0.76],
  ['against another cause', 'stale-flag', 0.7],
])('a plan is as sure of itself as what an action did %s lets it be', async (_, second, confidence) => {
  const policy = listening()
  let cause = 'bad-flag'
  const rule: typeof flagRule = {
    ...flagRule,
    match: (seen) => {
      const found = flagRule.match(seen)
      return found && { ...found, cause }
    },
  }
  const shop = openShop({ policies: [policy], rules: [rule] })
  await shop.fire()
  await shop.until('verifying')
  await shop.clear()
  await shop.until('resolved')
  cause = second
  shop.world.flag = { ...shop.world.flag, on: true }
  await shop.fire(['Two'], { resource: 'cart', since: 'now' })
  const judged = () => policy.heard.map((each) => each.input.incident.resource?.name)
  await shop.untilTrue('the second plan is judged', () => judged().includes('cart'))
  expect(policy.heard.at(-1)?.confidence).toBe(confidence)
  await shop.stop()
})

test('a policy is told where it is, how sure the plan may be, what time it is elsewhere, and what happened lately', async () => {
  const policy = listening()
  const clock = virtualClock({ startAt: Date.UTC(2026, 6, 1, 10, 30) })
  const store = simulatedStore()
  const settings = { environment: 'production' }
  const shop = openShop({ store, clock, policies: [policy], settings, timeZones: cronTimeZones(Cron), ...ownLocks() })
  await shop.fire(['One'])
  await shop.until('verifying')
  await shop.fire(['Two'], { resource: 'cart' })
  await shop.untilTrue('both acted', async () => shop.world.effects.length === 2)
  const [first] = policy.heard
  expect(first?.input.environment).toBe('production')
  expect(first?.confidence).toBe(0.7)
  expect(first?.input.plan).not.toHaveProperty('proposedBy')
  expect(first?.input.calendar.matches('* 12 * * *', 'Europe/Berlin')).toBe(true)
  expect(first?.input.calendar.matches('* 13 * * *', 'Europe/Berlin')).toBe(false)
  expect(first).toMatchObject({ executions: [], incidents: [{ phase: 'deciding' }], complete: [true, true] })
  const last = policy.heard.at(-1)
  const [older] = await shop.mendkit.executions.list()
  expect(last?.executions).toEqual([
    {
      id: older?.id,
      incidentId: older?.incidentId,
      type: 'shop.set-flag',
      target: expect.objectContaining({ name: 'checkout', uid: 'flag-1' }),
      before: expect.stringMatching(/^[0-9a-f]{64}$/),
      after: expect.stringMatching(/^[0-9a-f]{64}$/),
      state: 'observed',
      at: older?.intentAt,
    },
  ])
  expect(last?.incidents.map(({ resource }) => resource?.name)).toEqual(['cart', 'checkout'])
  await shop.stop()
})

test('the past reaches back as far as the setting says, and ends where its bound does', async () => {
  const policy = listening()
  const clock = virtualClock({ startAt: Date.UTC(2026, 6, 1) })
  const settings = { decision: { lookBackMs: 3_600_000 }, verification: { deadlineMs: 60_000 } }
  const shop = openShop({ clock, policies: [policy], settings, ...ownLocks() })
  await shop.fire(['One'])
  await shop.until('verifying')
  await clock.advance(3_700_000)
  await shop.fire(['Two'], { resource: 'cart', since: 'now' })
  await shop.untilTrue('both acted', async () => shop.world.effects.length === 2)
  expect(policy.heard.at(-1)).toMatchObject({
    executions: [],
    incidents: [{ resource: { name: 'cart' } }],
    complete: [true, true],
  })
  await shop.stop()
})

test('who asked for the diagnosis is told', async () => {
  const policy = listening()
  const deny = definePolicy({ id: 'deny', decide: () => ({ kind: 'deny', because: 'no' }) })
  const shop = openShop({ policies: [policy, deny] })
  await shop.fire()
  await shop.until('handed-over')
  await shop.mendkit.as(principal).incidents.diagnose((await shop.incident()).id)
  await shop.untilTrue('it was judged again', () => policy.heard.length === 2)
  expect(policy.heard.map(({ input }) => input.plan.proposedBy)).toEqual([undefined, 'alice'])
  await shop.stop()
})

test('two workers that both see room for one more effect do not both take it', async () => {
  const arrived: string[] = []
  const both = Promise.withResolvers<void>()
  const atMostOne = definePolicy({
    id: 'at-most-one',
    decide: async ({ incident, executions }) => {
      const { items } = await executions()
      if (incident.phase === 'remediating' && !arrived.includes(incident.id)) {
        arrived.push(incident.id)
        if (arrived.length === 2) both.resolve()
        await both.promise
      }
      return items.length === 0 ? { kind: 'allow', because: 'the first' } : { kind: 'deny', because: 'one is enough' }
    },
  })
  const clock = virtualClock()
  const store = simulatedStore()
  const same = { clock, store, policies: [atMostOne], settings: { engine: { workers: 1 } }, ...ownLocks() }
  const [one, two] = [openShop(same), openShop(same)]
  await one.fire(['One'])
  await one.fire(['Two'], { resource: 'cart' })
  await one.untilTrue('one is handed over', async () => {
    const phases = (await one.mendkit.incidents.list()).map(({ phase }) => phase)
    return phases.includes('handed-over') && phases.includes('verifying')
  })
  expect(arrived).toHaveLength(2)
  expect(one.world.effects).toHaveLength(1)
  expect(one.mendkit.metrics() + two.mendkit.metrics()).toMatch(
    /mendkit_intents_refused_total\{action="shop.set-flag"\} 1/,
  )
  await one.stop()
  await two.stop()
})

test('a past that cannot be read now is no denial: it is judged again', async () => {
  const faults: { reads?: Error | undefined } = { reads: away }
  const inner = simulatedStore()
  const faulty = faultyStore(inner, faults)
  const counter: Store['counter'] = (...args) => faulty.counter(...args)
  const shop = openShop({ store: { ...inner, counter } })
  await shop.fire()
  await shop.until('deciding')
  faults.reads = undefined
  await shop.until('verifying')
  expect((await shop.moves()).map(({ to }) => to)).not.toContain('handed-over')
  await shop.stop()
})

test('what a preview states of its blast radius reaches policies, the plan and its explanation', async () => {
  const policy = listening()
  const world = freshWorld()
  const blastRadius = () => ({ resources: [], replicas: 2, percentOfReady: 40, budgetHeadroom: -1 })
  const shop = openShop({ world, policies: [policy], action: { ...setFlag(world), blastRadius } })
  await shop.fire()
  await shop.until('verifying')
  expect(policy.heard[0]?.input.plan.actions[0]?.blastRadius).toEqual(blastRadius())
  const told = await shop.mendkit.explain((await shop.incident()).planId ?? '')
  expect(told).toContain('at most 2 replicas down at once (40 % of the ready ones)')
  expect(told).toContain('It goes past a disruption budget by 1 replica')
  await shop.stop()
})

test('nobody can allow what goes round in circles', async () => {
  const shop = openShop({ policies: [listening()] })
  await shop.fire()
  await shop.until('verifying')
  const [there] = await shop.mendkit.executions.list()
  if (there === undefined) throw new Error('nothing was done')
  const at = there.intentAt + 1
  const back = { ...there, before: there.after, after: there.before, intentAt: at, mintedAt: at, revision: 0 }
  const row = { ...back, id: `${there.id}-back`, state: 'succeeded' as const }
  await shop.store.commit(
    { tenant: 'default', expect: [], put: [{ kind: 'document', table: 'execution', row }], audit: [] },
    callContext(),
  )
  shop.world.flag = { ...shop.world.flag, on: true }
  await shop.fire(['CartBroken'], { resource: 'cart' })
  await shop.untilTrue('it is handed over', async () =>
    (await shop.mendkit.incidents.list()).some(({ reason }) => reason === 'denied'),
  )
  const [plan] = await shop.store.list('plan', { tenant: 'default', descending: true, limit: 1 }, callContext())
  expect(plan?.decision.voices.filter(({ kind }) => kind === 'deny')).toEqual([
    {
      policy: 'safety.oscillation',
      kind: 'deny',
      because: `shop.set-flag would begin again what executions ${there.id} and ${row.id} did to Flag shop/checkout and took back`,
    },
  ])
  await shop.stop()
})
