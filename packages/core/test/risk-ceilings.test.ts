import {
  type AutonomyLevel,
  allowUpTo,
  type Decision,
  definePolicy,
  MendkitError,
  type MendkitOptions,
  type PlannedAction,
  type Policy,
  type Risk,
  riskCeilings,
} from '@mendkit/core'
import { plannedAction, policyInput } from '@mendkit/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { freshWorld, openShop, setFlag } from './support/shop.ts'

const { target } = plannedAction()

async function decide(policy: Policy, autonomy: AutonomyLevel, ...actions: readonly Partial<PlannedAction>[]) {
  return policy.decide(policyInput({ autonomy, plan: { actions: actions.map(plannedAction) } }))
}

async function kinds(policy: Policy, autonomy: AutonomyLevel): Promise<readonly Decision['kind'][]> {
  const risks: readonly Risk[] = ['low', 'medium', 'high']
  return Promise.all(risks.map(async (risk) => (await decide(policy, autonomy, { risk })).kind))
}

test('caps what auto does alone and what people may be asked, by the level in force', async () => {
  const policy = riskCeilings({ auto: 'low', approve: 'medium' })
  expect(await kinds(policy, 'auto')).toEqual(['abstain', 'ask', 'deny'])
  expect(await kinds(policy, 'approve')).toEqual(['abstain', 'abstain', 'deny'])
  expect(await kinds(policy, 'suggest')).toEqual(['abstain', 'abstain', 'abstain'])
  expect(await kinds(policy, 'off')).toEqual(['abstain', 'abstain', 'abstain'])
})

test('each ceiling stands alone, and what lies above that of auto can be denied', async () => {
  expect(await kinds(riskCeilings({ auto: 'low' }), 'auto')).toEqual(['abstain', 'ask', 'ask'])
  expect(await kinds(riskCeilings({ auto: 'low' }, { otherwise: 'deny' }), 'auto')).toEqual(['abstain', 'deny', 'deny'])
  expect(await kinds(riskCeilings({ auto: 'low' }), 'approve')).toEqual(['abstain', 'abstain', 'abstain'])
  expect(await kinds(riskCeilings({ approve: 'low' }), 'auto')).toEqual(['abstain', 'deny', 'deny'])
})

test('says which action is above which ceiling, and asks whom it was told to', async () => {
  const asking = riskCeilings({ auto: 'low' }, { approvers: ['shop-oncall'], quorum: 2, expiresInMs: 60_000 })
  expect(await decide(asking, 'auto', {}, { risk: 'high' })).toEqual({
    kind: 'ask',
    because: 'kubernetes.rollout-undo on Deployment shop/checkout is of high risk; the ceiling of auto is low',
    ...{ approvers: ['shop-oncall'], quorum: 2, expiresInMs: 60_000 },
  })
  const denying = riskCeilings({ approve: 'low' }, { scope: 'namespace:shop' })
  expect(await decide(denying, 'approve', { risk: 'medium' })).toEqual({
    kind: 'deny',
    because:
      'kubernetes.rollout-undo on Deployment shop/checkout is of medium risk; the ceiling of approve in namespace:shop is low',
  })
})

test('holds in its scope alone: what touches a namespace, or an action', async () => {
  const high = { risk: 'high' } as const
  const elsewhere = { ...high, target: { ...target, namespace: 'pay' }, blastRadius: { resources: [], replicas: 1 } }
  const inShop = riskCeilings({ auto: 'low' }, { scope: 'namespace:shop' })
  expect(await decide(inShop, 'auto', elsewhere)).toEqual({ kind: 'abstain' })
  const touching = { ...elsewhere, blastRadius: { resources: [target], replicas: 1 } }
  expect(await decide(inShop, 'auto', touching)).toMatchObject({ kind: 'ask' })
  const drains = riskCeilings({ auto: 'low' }, { scope: 'action:kubernetes.drain' })
  expect(await decide(drains, 'auto', high)).toEqual({ kind: 'abstain' })
  expect(await decide(drains, 'auto', { ...high, type: 'kubernetes.drain' })).toMatchObject({ kind: 'ask' })
})

test.each([
  ['without any ceiling', () => riskCeilings({}), 'auto'],
  ['with a risk that is none', () => riskCeilings({ auto: 'tiny' as Risk }), 'auto'],
  ['with a scope that is none', () => riskCeilings({ auto: 'low' }, { scope: 'shop' }), 'scope'],
  ['with a level that has no ceiling', () => riskCeilings({ suggest: 'low' } as object), 'suggest'],
])('is refused %s', (_, make, path) => {
  expect(make).toThrow(expect.objectContaining({ code: 'config', path }))
  expect(make).toThrow(MendkitError)
})

test('two with other ceilings are told apart by their ids, so that an approval dies when a ceiling changes', () => {
  const made = [
    riskCeilings({ auto: 'low' }),
    riskCeilings({ approve: 'low' }),
    riskCeilings({ auto: 'medium' }),
    riskCeilings({ auto: 'low' }, { otherwise: 'deny' }),
    riskCeilings({ auto: 'low' }, { scope: 'namespace:shop' }),
    riskCeilings({ auto: 'low' }, { approvers: ['a'] }),
  ]
  expect(new Set(made.map(({ id }) => id)).size).toBe(made.length)
})

interface Given {
  /** What owners permit at most. */
  readonly autonomyLimit?: 'suggest' | 'approve'
  readonly level?: AutonomyLevel
  readonly ceiling?: Policy
  readonly settings?: MendkitOptions['settings']
}

/** A shop, with the level that each judgement told. */
function shopWith({ autonomyLimit, level = 'auto', ceiling = riskCeilings({ auto: 'low' }), settings }: Given = {}) {
  const world = freshWorld()
  const whole = setFlag(world)
  const preview: typeof whole.preview = async (input, ctx) => ({
    ...(await whole.preview(input, ctx)),
    risk: 'medium' as const,
    ...(autonomyLimit && { autonomyLimit }),
  })
  const told: AutonomyLevel[] = []
  const listening = definePolicy({
    id: 'listening',
    decide: ({ autonomy }) => {
      told.push(autonomy)
      return { kind: 'abstain' }
    },
  })
  const policies = [allowUpTo('medium'), ceiling, listening]
  const autonomy = { 'namespace:shop': level }
  const shop = openShop({ world, action: { ...whole, preview }, policies, autonomy, ...(settings && { settings }) })
  onTestFinished(() => shop.stop())
  return { shop, told }
}

test('a policy is told the level that the engine computed: the configured one, lowered by the owners', async () => {
  const { shop, told } = shopWith()
  await shop.fire()
  await shop.until('awaiting-approval')
  expect(told).toEqual(['auto'])
  const lowered = shopWith({ autonomyLimit: 'approve' })
  await lowered.shop.fire()
  await lowered.shop.until('awaiting-approval')
  expect(lowered.told).toEqual(['approve'])
})

test('a simulation judges by the level of then, or by the one that it is given', async () => {
  const { shop } = shopWith({ autonomyLimit: 'suggest' })
  await shop.fire()
  await shop.until('suggested')
  const policies = [allowUpTo('medium'), riskCeilings({ auto: 'low' })]
  const since = '2020-01-01T00:00:00Z'
  const verdict = async (autonomy?: AutonomyLevel) => {
    const query = { since, ...(autonomy && { autonomy }) }
    return (await shop.mendkit.simulatePolicy(policies, query)).rows[0]?.wouldBe
  }
  expect(await verdict()).toBe('allow')
  expect(await verdict('auto')).toBe('ask')
  await expect(verdict('all' as AutonomyLevel)).rejects.toMatchObject({ code: 'invalid', path: 'autonomy' })
})

test('the way back is judged at the level of the way there, not at one that was never earned', async () => {
  const { shop, told } = shopWith({
    ...{ level: 'approve', ceiling: riskCeilings({ auto: 'low' }, { otherwise: 'deny' }) },
    settings: { autonomy: { earnUpTo: { 'namespace:shop': 'auto' } } },
  })
  shop.world.health = 0.5
  shop.world.afterWrite = () => {
    shop.world.health = 0.1
  }
  await shop.fire()
  await shop.until('awaiting-approval')
  const [asked] = await shop.mendkit.approvals.list()
  const alice = { id: 'alice', roles: ['approver'], tenant: 'default', via: 'test' }
  await shop.mendkit.as(alice).approvals.approve(asked?.id ?? '', { digest: asked?.digest ?? '' })
  await shop.until('verifying')
  await shop.until('escalated')
  expect(await shop.incident()).toMatchObject({ reason: 'undone' })
  expect(new Set(told)).toEqual(new Set(['approve']))
})
