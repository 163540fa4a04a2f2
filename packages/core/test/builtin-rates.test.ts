import {
  cooldown,
  type PastExecution,
  type PastIncident,
  type Policy,
  type PolicyInput,
  rateLimit,
  safetyPolicies,
  tooMuchBroken,
} from '@mendkit/core'
import { plannedAction, policyInput } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { digestOf } from '../src/audit/digest-of.ts'

const { target } = plannedAction()
const now = 10_000_000
const minute = 60_000
const abstain = { kind: 'abstain' }

function past(id: string, minutesAgo: number, given: Partial<PastExecution> = {}): PastExecution {
  return {
    ...{ id, incidentId: 'inc_0', type: 'kubernetes.rollout-undo', target, state: 'succeeded' },
    ...{ before: digestOf('a'), after: digestOf('b'), at: now - minutesAgo * minute },
    ...given,
  }
}

interface Told {
  readonly executions?: readonly PastExecution[]
  readonly incidents?: readonly PastIncident[]
  readonly complete?: boolean
}

async function decide(policy: Policy, told: Told, plan: Partial<PolicyInput['plan']> = {}) {
  const { executions = [], incidents = [], complete = true } = told
  const history = {
    executions: async () => ({ items: executions, complete }),
    incidents: async () => ({ items: incidents, complete }),
  }
  return policy.decide(policyInput({ now, ...history, plan: { actions: [plannedAction()], ...plan } }))
}

const places = [
  ['target', { name: 'cart' }, 'on Deployment shop/checkout'],
  ['namespace', { namespace: 'pay' }, 'in namespace shop'],
  ['cluster', { cluster: 'test' }, 'in cluster prod'],
] as const

describe('rateLimit', () => {
  test.each(places)('counts per %s, the plan included', async (per, other, where) => {
    const policy = rateLimit({ per, max: 2, withinMs: 60 * minute })
    const elsewhere = past('exe_c', 1, { target: { ...target, ...other } })
    const executions = [elsewhere, past('exe_b', 2)]
    expect(await decide(policy, { executions })).toEqual(abstain)
    expect(await decide(policy, { executions: [...executions, past('exe_a', 59)] })).toEqual({
      kind: 'ask',
      because: `it would be number 3 within 1 h ${where}; the limit is 2`,
    })
    expect(await decide(policy, { executions: [...executions, past('exe_a', 60)] })).toEqual(abstain)
  })

  test('counts over the tenant, and denies when it is told to', async () => {
    const policy = rateLimit({ per: 'tenant', max: 1, withinMs: 90_000, otherwise: 'deny' })
    const executions = [past('exe_c', 1, { target: { ...target, cluster: 'test' } })]
    expect(await decide(policy, { executions })).toEqual({
      kind: 'deny',
      because: 'it would be number 2 within 90 s of this tenant; the limit is 1',
    })
  })

  test('counts every action of a plan once, also when some are done', async () => {
    const policy = rateLimit({ per: 'namespace', max: 2, withinMs: 60 * minute })
    const actions = ['exe_1', 'exe_2', 'exe_3'].map((executionId) => plannedAction({ executionId }))
    expect(await decide(policy, {}, { actions })).toMatchObject({ kind: 'ask' })
    const two = actions.slice(0, 2)
    expect(await decide(policy, { executions: [past('exe_1', 1)] }, { actions: two })).toEqual(abstain)
  })

  test('counts what may have changed something, and not what certainly did not', async () => {
    const policy = rateLimit({ per: 'target', max: 1, withinMs: 60 * minute })
    expect(await decide(policy, { executions: [past('exe_0', 1, { state: 'no-effect' })] })).toEqual(abstain)
    for (const state of ['intent', 'unknown', 'gone', 'undone', 'failed'] as const)
      expect(await decide(policy, { executions: [past('exe_0', 1, { state })] })).toMatchObject({ kind: 'ask' })
  })
})

describe('cooldown', () => {
  test.each(places)('waits per %s, but not for the plan itself', async (per, other, where) => {
    const policy = cooldown({ per, ms: 30 * minute, otherwise: 'deny' })
    const elsewhere = past('exe_c', 1, { target: { ...target, ...other } })
    expect(await decide(policy, { executions: [elsewhere, past('exe_a', 30)] })).toEqual(abstain)
    expect(await decide(policy, { executions: [past('exe_1', 1)] })).toEqual(abstain)
    expect(await decide(policy, { executions: [elsewhere, past('exe_a', 29)] })).toEqual({
      kind: 'deny',
      because: `execution exe_a began less than 30 min ago ${where}`,
    })
  })
})

describe('tooMuchBroken', () => {
  test('asks once more incidents opened than it bears', async () => {
    const policy = tooMuchBroken({ incidents: 2, withinMs: 10 * minute })
    const opened = (...minutesAgo: readonly number[]) =>
      minutesAgo.map((each, index) => ({
        id: `inc_${index}`,
        openedAt: now - each * minute,
        phase: 'open' as const,
      }))
    expect(await decide(policy, { incidents: opened(1, 9, 10) })).toEqual(abstain)
    expect(await decide(policy, { incidents: opened(1, 2, 9) })).toEqual({
      kind: 'ask',
      because: '3 incidents opened within 10 min; the brake is at 2',
    })
  })
})

const oscillation = safetyPolicies.find(({ id }) => id === 'safety.oscillation') as Policy

describe('safety.oscillation', () => {
  const change = (id: string, minutesAgo: number, before: string, after: string, given: Partial<PastExecution> = {}) =>
    past(id, minutesAgo, { before: digestOf(before), after: digestOf(after), ...given })
  const again = { actions: [plannedAction({ before: 'a', after: 'b' })] }
  const cycle = [change('exe_back', 1, 'b', 'a'), change('exe_there', 2, 'a', 'b')]

  test('A to B to A ends there, and names who went round', async () => {
    expect(await decide(oscillation, { executions: cycle }, again)).toEqual({
      kind: 'deny',
      because:
        'kubernetes.rollout-undo would begin again what executions exe_there and exe_back did to Deployment shop/checkout and took back',
    })
  })

  test('also when the way back had more steps', async () => {
    const executions = [change('exe_3', 1, 'c', 'a'), change('exe_2', 2, 'b', 'c'), change('exe_1', 3, 'a', 'b')]
    const because = expect.stringContaining('executions exe_1 and exe_3 did')
    expect(await decide(oscillation, { executions }, again)).toMatchObject({ kind: 'deny', because })
  })

  test('what was undone may be tried once more, and not a second time', async () => {
    const undone = (there: string, back: string, minutesAgo: number) => [
      change(back, minutesAgo, 'b', 'a', { undoes: there }),
      change(there, minutesAgo + 1, 'a', 'b'),
    ]
    const once = undone('exe_1', 'exe_2', 10)
    expect(await decide(oscillation, { executions: once }, again)).toEqual(abstain)
    const twice = [...undone('exe_3', 'exe_4', 1), ...once]
    expect(await decide(oscillation, { executions: twice }, again)).toMatchObject({
      kind: 'deny',
      because: expect.stringContaining('executions exe_1 and exe_2, exe_3 and exe_4 did'),
    })
  })

  test.each<[string, readonly PastExecution[]]>([
    ['nothing happened', []],
    ['somebody else brought the state back', [change('exe_1', 2, 'a', 'b')]],
    ['only the way back is known', [change('exe_2', 1, 'b', 'a')]],
    ['the way there came later', cycle.toReversed()],
    ['it was another way there', [change('exe_2', 1, 'c', 'a'), change('exe_1', 2, 'a', 'c')]],
    [
      'the way back changed nothing',
      [{ ...(cycle[0] as PastExecution), state: 'no-effect' }, cycle[1] as PastExecution],
    ],
    ['it was another target', cycle.map((one) => ({ ...one, target: { ...target, name: 'cart' } }))],
  ])('goes on when %s', async (_, executions) => {
    expect(await decide(oscillation, { executions }, again)).toEqual(abstain)
  })

  test('a storm with more incidents than are told does not keep it from knowing what was done', async () => {
    const incidents = async () => ({ items: [], complete: false })
    expect(await oscillation.decide(policyInput({ now, incidents }))).toEqual(abstain)
  })

  test('a state that stays the same is no way', async () => {
    const restart = { actions: [plannedAction({ before: 'a', after: 'a' })] }
    const executions = [change('exe_2', 1, 'a', 'a'), change('exe_1', 2, 'a', 'a')]
    expect(await decide(oscillation, { executions }, restart)).toEqual(abstain)
  })
})

describe('every policy that counts', () => {
  const policies = [
    oscillation,
    rateLimit({ per: 'target', max: 1, withinMs: 60 * minute, otherwise: 'deny' }),
    cooldown({ per: 'target', ms: 60 * minute, otherwise: 'deny' }),
    tooMuchBroken({ incidents: 0, withinMs: 60 * minute }),
  ]
  const busy = {
    executions: [
      past('exe_2', 1, { before: digestOf({ revision: 1 }), after: digestOf({ revision: 2 }) }),
      past('exe_1', 2, { before: digestOf({ revision: 2 }), after: digestOf({ revision: 1 }) }),
    ],
    incidents: [{ id: 'inc_0', openedAt: now, phase: 'open' as const }],
  }

  test.each(policies.map((policy) => [policy.id, policy] as const))(
    '%s asks when it was not told all',
    async (_, policy) => {
      expect(await decide(policy, { complete: false })).toMatchObject({ kind: 'ask', because: /nobody has counted/ })
    },
  )

  test.each(policies.map((policy) => [policy.id, policy] as const))('%s holds up no undo', async (_, policy) => {
    expect((await decide(policy, busy)).kind).not.toBe('abstain')
    expect(await decide(policy, { ...busy, complete: false }, { undoes: 'exe_2' })).toEqual(abstain)
  })
})

test('policies that differ in anything have ids that differ', () => {
  const ids = [
    rateLimit({ per: 'target', max: 1, withinMs: 1_000 }),
    rateLimit({ per: 'cluster', max: 1, withinMs: 1_000 }),
    rateLimit({ per: 'target', max: 2, withinMs: 1_000 }),
    rateLimit({ per: 'target', max: 1, withinMs: 2_000 }),
    rateLimit({ per: 'target', max: 1, withinMs: 1_000, otherwise: 'deny' }),
    cooldown({ per: 'target', ms: 1_000 }),
    cooldown({ per: 'target', ms: 2_000 }),
    tooMuchBroken({ incidents: 1, withinMs: 1_000 }),
    tooMuchBroken({ incidents: 2, withinMs: 1_000 }),
  ].map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
})
