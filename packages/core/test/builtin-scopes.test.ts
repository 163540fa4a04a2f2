import {
  blastRadiusCap,
  changeFreeze,
  cronTimeZones,
  type Decision,
  onlyDuring,
  onlyKinds,
  onlyLabelled,
  type PlannedAction,
  type Policy,
  type PolicyInput,
  riskCeiling,
} from '@mendkit/core'
import { plannedAction, policyInput } from '@mendkit/testkit'
import { Cron } from 'croner'
import { describe, expect, test } from 'vitest'

const { target } = plannedAction()
const abstain = { kind: 'abstain' }
const deny = (because: string) => ({ kind: 'deny', because })

async function decide(policy: Policy, ...actions: readonly Partial<PlannedAction>[]): Promise<Decision> {
  return policy.decide(policyInput({ plan: { actions: actions.map(plannedAction) } }))
}

describe('where', () => {
  test('riskCeiling denies above it, everywhere or in its scope alone', async () => {
    const high = { risk: 'high' } as const
    expect(await decide(riskCeiling('medium'), {}, high)).toEqual(
      deny('kubernetes.rollout-undo on Deployment shop/checkout is of high risk; the ceiling is medium'),
    )
    expect(await decide(riskCeiling('medium'), { risk: 'medium' })).toEqual(abstain)
    const inShop = riskCeiling('low', { scope: 'namespace:shop' })
    expect(await decide(inShop, high)).toMatchObject({ because: expect.stringContaining('in namespace:shop is low') })
    const elsewhere = { ...high, target: { ...target, namespace: 'pay' }, blastRadius: { resources: [], replicas: 1 } }
    expect(await decide(inShop, elsewhere)).toEqual(abstain)
    expect(await decide(inShop, { ...elsewhere, blastRadius: { resources: [target], replicas: 1 } })).toMatchObject({
      kind: 'deny',
    })
    const drains = riskCeiling('low', { scope: 'action:kubernetes.drain' })
    expect(await decide(drains, high)).toEqual(abstain)
    expect(await decide(drains, { ...high, type: 'kubernetes.drain' })).toMatchObject({ kind: 'deny' })
  })

  test('onlyKinds and onlyLabelled deny a plan with one target that is not among them', async () => {
    const node = { target: { ...target, kind: 'Node', name: 'a', labels: {} } }
    expect(await decide(onlyKinds('Deployment', 'StatefulSet'), {})).toEqual(abstain)
    expect(await decide(onlyKinds('Deployment', 'StatefulSet'), {}, node)).toEqual(
      deny('Node shop/a is none of Deployment, StatefulSet'),
    )
    expect(await decide(onlyLabelled('app in (checkout,cart)'), {})).toEqual(abstain)
    expect(await decide(onlyLabelled('app in (checkout,cart)'), {}, node)).toMatchObject({ kind: 'deny' })
  })
})

describe('when', () => {
  const zones = cronTimeZones(Cron)
  const at = async (policy: Policy, time: string, plan: Partial<PolicyInput['plan']> = {}) => {
    const now = Date.parse(time)
    const calendar = { matches: (pattern: string, zone: string) => zones.matches(pattern, zone, now) }
    return policy.decide(policyInput({ now, calendar, plan: { actions: [plannedAction()], ...plan } }))
  }

  test('onlyDuring asks or denies outside of its hours by the clocks of its zone, across a change of the clocks', async () => {
    const hours = { pattern: '* 9-16 * * MON-FRI', timeZone: 'Europe/Berlin' }
    const because = 'it is not the time for it: * 9-16 * * MON-FRI in Europe/Berlin'
    expect(await at(onlyDuring(hours), '2026-03-27T08:00:00Z')).toEqual(abstain)
    expect(await at(onlyDuring(hours), '2026-03-27T07:59:59Z')).toEqual({ kind: 'ask', because })
    expect(await at(onlyDuring(hours), '2026-03-30T07:00:00Z')).toEqual(abstain)
    expect(await at(onlyDuring({ ...hours, otherwise: 'deny' }), '2026-03-28T10:00:00Z')).toEqual(deny(because))
    expect(onlyDuring(hours).calendars).toEqual([hours])
  })

  test('changeFreeze denies from its first moment until its last, and in every minute that a pattern names', async () => {
    const because = 'the holidays'
    const policy = changeFreeze(
      { from: '2026-12-20T18:00:00+01:00', to: '2027-01-02T00:00:00Z', because },
      { pattern: '* * * * FRI', timeZone: 'America/New_York', because: 'no Fridays' },
    )
    expect(await at(policy, '2026-12-20T16:59:59Z')).toEqual(abstain)
    expect(await at(policy, '2026-12-20T17:00:00Z')).toEqual(deny('change freeze: the holidays'))
    expect(await at(policy, '2027-01-01T23:59:59Z')).toMatchObject(deny('change freeze: the holidays'))
    expect(await at(policy, '2027-01-02T00:00:00Z')).toMatchObject(deny('change freeze: no Fridays'))
    expect(await at(policy, '2027-01-02T05:00:00Z')).toEqual(abstain)
  })

  test('an undo is not held up by the time of day', async () => {
    const undo = { undoes: 'exe_0' }
    const freeze = changeFreeze({ from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z', because: 'x' })
    expect(await at(freeze, '2026-07-01T00:00:00Z')).toMatchObject({ kind: 'deny' })
    expect(await at(freeze, '2026-07-01T00:00:00Z', undo)).toEqual(abstain)
    const never = onlyDuring({ pattern: '0 0 1 1 *', timeZone: 'UTC' })
    expect(await at(never, '2026-07-01T00:00:00Z')).toMatchObject({ kind: 'ask' })
    expect(await at(never, '2026-07-01T00:00:00Z', undo)).toEqual(abstain)
  })
})

describe('how far', () => {
  const radius = { resources: [target], replicas: 3, percentOfReady: 30, budgetHeadroom: 1 }

  test.each([
    [{ replicas: 3 }, { replicas: 2 }, 'kubernetes.rollout-undo takes 3 replicas down at once; the cap is 2'],
    [
      { percentOfReady: 30 },
      { percentOfReady: 29.5 },
      /takes 30 % of the ready replicas down at once; the cap is 29.5 %/,
    ],
    [{ budgetHeadroom: 1 }, { budgetHeadroom: 2 }, /a headroom of 1; at least 2 must be left/],
    [{ objects: 1 }, { objects: 1, replicas: 2 }, /takes 3 replicas/],
  ])('blastRadiusCap lets %j pass and not %j', async (wide, narrow, because) => {
    expect(await decide(blastRadiusCap(wide), { blastRadius: radius })).toEqual(abstain)
    const asked = await decide(blastRadiusCap(narrow), { blastRadius: radius })
    expect(asked).toMatchObject({ kind: 'ask' })
    expect(asked.because).toMatch(because)
    const denied = await decide(blastRadiusCap({ ...narrow, otherwise: 'deny' }), { blastRadius: radius })
    expect(denied).toEqual({ ...asked, kind: 'deny' })
  })

  test('objects count over the whole plan, each once', async () => {
    const cart = { ...target, name: 'cart' }
    const policy = blastRadiusCap({ objects: 1 })
    expect(await decide(policy, {}, {})).toEqual(abstain)
    expect(await decide(policy, {}, { target: cart })).toMatchObject({ because: 'it touches 2 objects; the cap is 1' })
  })

  test('what a preview does not state asks, also where more would be denied', async () => {
    const policy = blastRadiusCap({ percentOfReady: 100, otherwise: 'deny' })
    const because = 'percentOfReady is capped, and the preview of kubernetes.rollout-undo does not state it'
    expect(await decide(policy, { blastRadius: radius }, {})).toEqual({ kind: 'ask', because })
    expect(await decide(blastRadiusCap({ budgetHeadroom: 0 }), {})).toMatchObject({ kind: 'ask' })
  })
})

test.each<[string, string, () => unknown]>([
  ['risk', 'low', () => riskCeiling('none' as never)],
  ['scope', '"namespace:<name>" or "action:<type>"', () => riskCeiling('low', { scope: 'shop' })],
  ['kinds', '', () => onlyKinds()],
  ['selector', 'cannot understand', () => onlyLabelled('a=b=c')],
  [
    'otherwise',
    '"ask"|"deny"',
    () => onlyDuring({ pattern: '* * * * *', timeZone: 'UTC', otherwise: 'allow' as never }),
  ],
  ['freezes', '', () => changeFreeze()],
  [
    'freezes.0.to',
    'after `from`',
    () => changeFreeze({ from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z', because: 'x' }),
  ],
  [
    'freezes.0.from',
    'such as 2026-12-20T18:00:00Z',
    () => changeFreeze({ from: 'tomorrow', to: '2026-01-01T00:00:00Z', because: 'x' }),
  ],
  ['options', 'at least one cap', () => blastRadiusCap({})],
  ['percentOfReady', '100', () => blastRadiusCap({ percentOfReady: 101 })],
  ['replica', 'nrecognized', () => blastRadiusCap({ replica: 1 } as never)],
])('a policy that is given a wrong %s says so', (path, says, make) => {
  expect(make).toThrow(says)
  expect(make).toThrow(expect.objectContaining({ code: 'config', path }))
})
