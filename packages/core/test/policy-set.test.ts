import {
  allowAction,
  allowUpTo,
  askAbove,
  type CombinedDecision,
  createMendkit,
  type Decision,
  definePolicy,
  onlyInNamespaces,
  onlyKinds,
  onlyLabelled,
  type PlannedAction,
  type Policy,
  type PolicyInput,
  type PolicyScope,
  policiesFrom,
  riskCeiling,
  riskCeilings,
  safetyPolicies,
} from '@mendkit/core'
import { plannedAction, policyInput } from '@mendkit/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readScope } from '../src/builtin/policies/applies.ts'
import { decideByPolicies } from '../src/engine/decide/decide-by-policies.ts'
import { policySet } from '../src/engine/decide/policy-set.ts'
import { setUp } from './support/parts.ts'

const types = ['kubernetes.scale', 'kubernetes.drain', '__proto__', 'constructor'] as const
const namespaces = ['shop', 'undefined', '__proto__', 'constructor', 'toString'] as const
const kinds = ['Deployment', 'Namespace', 'Node', 'constructor'] as const
const labelNames = ['team', 'constructor', 'toString', 'x.io/app'] as const
const labelValues = ['a', 'b', '', 'constructor'] as const

const some = <Value>(values: readonly Value[]) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 })
const risk = fc.constantFrom('low' as const, 'medium' as const, 'high' as const)

const scope: fc.Arbitrary<PolicyScope> = fc
  .record(
    {
      actionTypes: some(types),
      namespaces: some(namespaces),
      kinds: some(kinds),
      labels: fc.uniqueArray(fc.tuple(fc.constantFrom(...labelNames), some(labelValues)), {
        minLength: 1,
        maxLength: 2,
        selector: ([key]) => key,
      }),
    },
    { requiredKeys: [] },
  )
  .filter((given) => Object.keys(given).length > 0)
  .map(({ labels, ...rest }) => ({ ...rest, ...(labels && { labels: Object.fromEntries(labels) }) }))

const requirement = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('team', 'constructor', 'x.io/app'),
      fc.constantFrom('=', '!='),
      fc.constantFrom('a', 'b', ''),
    )
    .map((parts) => parts.join('')),
  fc
    .tuple(fc.constantFrom('team', 'toString'), fc.constantFrom('in', 'notin'), fc.constantFrom('a', 'a,b', 'b,,a'))
    .map(([key, relation, list]) => `${key} ${relation} (${list})`),
  fc.constantFrom('team', '!team', 'constructor', '!constructor'),
)
const selector = fc.array(requirement, { maxLength: 3 }).map((parts) => parts.join(','))

const where = fc.option(
  fc.oneof(
    fc.constantFrom(...namespaces).map((name) => `namespace:${name}`),
    fc.constantFrom(...types).map((type) => `action:${type}`),
  ),
  { nil: undefined },
)

type Answer = Decision | 'throws' | 'nonsense' | 'later'
const answer = fc.constantFrom<Answer>(
  { kind: 'allow', because: 'own allows' },
  { kind: 'deny', because: 'own denies' },
  { kind: 'ask', because: 'own asks', approvers: ['sre'], quorum: 2, expiresInMs: 60_000 },
  { kind: 'ask', because: 'own asks others' },
  'throws',
  'nonsense',
  'later',
)

function own(id: string, said: Answer, appliesTo: PolicyScope | undefined): Policy {
  return definePolicy({
    id,
    ...(appliesTo && { appliesTo }),
    decide() {
      if (said === 'throws') throw new Error('broken')
      if (said === 'nonsense') return { kind: 'perhaps' } as unknown as Decision
      return said === 'later' ? Promise.resolve({ kind: 'deny', because: 'thought about it' }) : said
    },
  })
}

const policy: fc.Arbitrary<(place: number) => Policy> = fc.oneof(
  fc.tuple(fc.constantFrom(...types), selector).map(
    ([type, select]) =>
      () =>
        allowAction(type, select),
  ),
  fc.tuple(risk, where).map(
    ([highest, place]) =>
      () =>
        riskCeiling(highest, place === undefined ? {} : { scope: place }),
  ),
  fc.tuple(risk, risk, where).map(
    ([auto, approve, place]) =>
      () =>
        riskCeilings({ auto, approve }, place === undefined ? {} : { scope: place }),
  ),
  risk.map((highest) => () => allowUpTo(highest)),
  risk.map((highest) => () => askAbove(highest, { approvers: ['lead'] })),
  some(namespaces).map((names) => () => onlyInNamespaces(...names)),
  some(kinds).map((names) => () => onlyKinds(...names)),
  requirement.map((one) => () => onlyLabelled(one)),
  fc.tuple(answer, fc.option(scope, { nil: undefined })).map(
    ([said, given]) =>
      (place: number) =>
        own(`own-${place}`, said, given),
  ),
)

const policies = fc.array(policy, { maxLength: 12 }).map((make) => {
  const named = new Map(make.map((each, place) => each(place)).map((each) => [each.id, each]))
  return [...named.values()]
})

const resource = fc
  .record(
    {
      kind: fc.constantFrom(...kinds),
      name: fc.constantFrom(...namespaces),
      namespace: fc.constantFrom(...namespaces),
    },
    { requiredKeys: ['kind', 'name'] },
  )
  .map((given) => ({ cluster: 'prod', apiVersion: 'apps/v1', ...given }))

const labels = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...labelNames, '__proto__'), fc.constantFrom(...labelValues)), {
    maxLength: 3,
    selector: ([key]) => key,
  })
  .map((pairs): Readonly<Record<string, string>> => Object.fromEntries(pairs))

const action: fc.Arbitrary<PlannedAction> = fc
  .record({
    type: fc.constantFrom(...types),
    target: fc.tuple(resource, labels).map(([about, given]) => ({ ...about, labels: given })),
    risk,
    blastRadius: fc.record({ resources: fc.array(resource, { maxLength: 2 }), replicas: fc.constant(1) }),
  })
  .map(plannedAction)

const input: fc.Arbitrary<PolicyInput> = fc
  .record({
    actions: fc.array(action, { maxLength: 5 }),
    undoes: fc.option(fc.constant('exe_0'), { nil: undefined }),
    autonomy: fc.constantFrom('suggest' as const, 'approve' as const, 'auto' as const),
  })
  .map(({ actions, undoes, autonomy }) =>
    policyInput({ autonomy, plan: { actions, ...(undoes !== undefined && { undoes }) } }),
  )

/** The same policy, which must be asked about everything. */
function withoutScope(given: Policy): Policy {
  const { appliesTo: _, ...rest } = given
  return rest
}

/** All of a decision but the silence of those who have no say. */
function spoken(decision: CombinedDecision) {
  const { voices, unasked: _, ...rest } = decision
  return { ...rest, voices: voices.filter(({ kind }) => kind !== 'abstain') }
}

describe('the policies that apply to a plan', () => {
  test('decide it as all of them would, and every other one abstains', async () => {
    const { parts, ctx } = await setUp({ policies: [] })
    let telling = 0
    await fc.assert(
      fc.asyncProperty(policies, input, async (given, about) => {
        const told = { always: about, host: about }
        const ask = (host: readonly Policy[]) =>
          decideByPolicies(parts, { always: safetyPolicies, host: policySet(host) }, told, ctx)
        const some = await ask(given)
        const every = await ask(given.map(withoutScope))
        expect(spoken(some)).toEqual(spoken(every))
        expect(every.unasked).toBe(0)
        expect(some.voices.length + some.unasked).toBe(every.voices.length)
        const heard = some.voices.map(({ policy: id }) => id)
        const left = every.voices.filter(({ policy: id }) => !heard.includes(id))
        expect(left.filter(({ kind }) => kind !== 'abstain')).toEqual([])
        if (left.length > 0 && some.voices.some(({ policy: id }) => given.some((each) => each.id === id))) telling += 1
      }),
      { numRuns: 3_000 },
    )
    // Plans of which some policies were heard and others were not: else this shows nothing.
    expect(telling).toBeGreaterThan(1_000)
  }, 60_000)

  test('are those that say so, in their order, each once', () => {
    fc.assert(
      fc.property(policies, input, (given, { plan: { actions } }) => {
        const expected = given
          .filter(({ appliesTo }) => appliesTo === undefined || readScope(appliesTo)(actions))
          .map(({ id }) => id)
        expect(
          policySet(given)
            .applyingTo(actions)
            .map(({ id }) => id),
        ).toEqual(expected)
      }),
      { numRuns: 3_000 },
    )
  }, 60_000)

  test('are told apart by the label that differs, so that few of thousands are asked', async () => {
    const { parts, ctx } = await setUp({ policies: [] })
    const asked: string[] = []
    const watched = Array.from({ length: 5_000 }, (_, team) => {
      const allow = allowAction('kubernetes.scale', `team=t${team}`)
      return {
        ...allow,
        decide(about: PolicyInput) {
          asked.push(allow.id)
          return allow.decide(about)
        },
      }
    })
    const target = { ...plannedAction().target, labels: { team: 't4321' } }
    const about = policyInput({ plan: { actions: [plannedAction({ type: 'kubernetes.scale', target })] } })
    const host = policySet(watched)
    const decision = await decideByPolicies(parts, { always: [], host }, { always: about, host: about }, ctx)
    expect(asked).toEqual(['allow-action:kubernetes.scale:team=t4321'])
    expect(decision).toMatchObject({ kind: 'allow', unasked: 4_999 })
  })
})

describe('what a policy says that it applies to', () => {
  const deny = (appliesTo: PolicyScope) =>
    definePolicy({ id: 'own', appliesTo, decide: () => ({ kind: 'deny', because: 'no' }) })

  test('counts wherever the policy is asked, so that its own test shows a scope that is too narrow', async () => {
    const about = policyInput({ plan: { actions: [plannedAction({ type: 'kubernetes.scale' })] } })
    expect(await deny({ actionTypes: ['kubernetes.scale'] }).decide(about)).toEqual({ kind: 'deny', because: 'no' })
    expect(await deny({ actionTypes: ['kubernetes.scael'] }).decide(about)).toEqual({ kind: 'abstain' })
  })

  test('holds for a namespace when the blast radius reaches into it, and when it is the target itself', async () => {
    const inShop = { cluster: 'prod', apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web-1' }
    const node = { cluster: 'prod', apiVersion: 'v1', kind: 'Node', name: 'n1', labels: {} }
    const shop = { ...node, kind: 'Namespace', name: 'shop' }
    const plans = {
      reached: plannedAction({ target: node, blastRadius: { resources: [inShop], replicas: 1 } }),
      itself: plannedAction({ target: shop, blastRadius: { resources: [], replicas: 0 } }),
      elsewhere: plannedAction({ target: node, blastRadius: { resources: [node], replicas: 0 } }),
    }
    for (const policy of [deny({ namespaces: ['shop'] }), riskCeiling('low', { scope: 'namespace:shop' })]) {
      const answers = Object.values(plans).map(async (planned) => {
        const about = policyInput({ plan: { actions: [{ ...planned, risk: 'high' as const }] } })
        const asked = policySet([policy]).applyingTo(about.plan.actions)
        return [asked.length, (await policy.decide(about)).kind]
      })
      expect(await Promise.all(answers)).toEqual([
        [1, 'deny'],
        [1, 'deny'],
        [0, 'abstain'],
      ])
    }
  })

  test('is given by the policies of a document from their own fields', () => {
    const [allow, ceiling, elsewhere] = policiesFrom({
      version: 1,
      policies: [
        { kind: 'allow-action', type: 'kubernetes.scale', selector: 'team in (a,b),tier!=db,canary' },
        { kind: 'risk-ceiling', risk: 'low', scope: 'namespace:shop' },
        { kind: 'only-in-namespaces', names: ['shop'] },
      ],
    })
    expect(allow?.appliesTo).toEqual({ actionTypes: ['kubernetes.scale'], labels: { team: ['a', 'b'] } })
    expect(ceiling?.appliesTo).toEqual({ namespaces: ['shop'] })
    expect(elsewhere).not.toHaveProperty('appliesTo')
  })

  test('is read once, so that no second answer leaves the policy unheard', () => {
    const shop: PolicyScope = { namespaces: ['shop'] }
    const target = { ...plannedAction().target, namespace: 'shop' }
    for (const later of [undefined, { namespaces: ['bank'] }]) {
      let reads = 0
      const changing: Policy = {
        ...deny(shop),
        get appliesTo() {
          reads += 1
          return (reads === 1 ? shop : later) as PolicyScope
        },
      }
      expect(policySet([changing]).applyingTo([plannedAction({ target })])).toHaveLength(1)
    }
  })

  test('does not make one policy answer for what another one must: every action of a plan is covered by one of them', async () => {
    const { parts, ctx } = await setUp({ policies: [] })
    const of = (team: string) => plannedAction({ target: { ...plannedAction().target, labels: { team } } })
    const type = plannedAction().type
    const host = policySet([allowAction(type, 'team=a'), allowAction(type, 'team=b')])
    const about = policyInput({ plan: { actions: [of('a'), of('b')] } })
    const decision = await decideByPolicies(parts, { always: [], host }, { always: about, host: about }, ctx)
    expect(decision).toMatchObject({ kind: 'deny', unasked: 0 })
    expect(decision.voices.at(-1)).toMatchObject({ policy: 'combination', because: 'no policy allows it' })
  })

  test.each<[string, object]>([
    ['appliesTo', {}],
    ['appliesTo.namespaces', { namespaces: [] }],
    ['appliesTo.namespace', { namespace: ['shop'] }],
    ['appliesTo.kinds.0', { kinds: [''] }],
    ['appliesTo.labels', { labels: {} }],
    ['appliesTo.labels.team', { labels: { team: 'a' } }],
    ['appliesTo.labels', { labels: Object.fromEntries([['__proto__', 'a']]) }],
  ])('is refused with the path %s when it is wrong: %j', (path, given) => {
    const appliesTo = given as PolicyScope
    const refusal = (at: string): unknown => expect.objectContaining({ code: 'config', path: at })
    expect(() => deny(appliesTo)).toThrow(refusal(path))
    const raw: Policy = { spec: 1, id: 'raw', appliesTo, decide: () => ({ kind: 'abstain' }) }
    expect(() => createMendkit({ policies: [allowUpTo('low'), raw] })).toThrow(refusal(`policies.1.${path}`))
  })
})
