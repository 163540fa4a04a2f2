import {
  allowAction,
  allowUpTo,
  askAbove,
  combineDecisions,
  type Decision,
  labelSelector,
  MendkitError,
  onlyInNamespaces,
  type PlannedAction,
  type Policy,
  planConfidence,
  redact,
  safetyPolicies,
} from '@mendkit/core'
import { policyInput } from '@mendkit/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const target = {
  cluster: 'c',
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: 'shop',
  name: 'web',
  labels: { app: 'web', tier: 'front' },
}

function action(over: Partial<PlannedAction> = {}): PlannedAction {
  return {
    executionId: 'exe_1',
    type: 'kubernetes.rollout-undo',
    params: {},
    target,
    risk: 'medium',
    before: 1,
    after: 2,
    guard: '7',
    fieldsDigest: 'f',
    diffDigest: 'd',
    dryRun: 'done',
    lockKeys: ['k'],
    blastRadius: { resources: [target], replicas: 1 },
    reversible: true,
    alreadySo: false,
    fenceable: true,
    observations: 2,
    managedBy: [],
    doubts: [],
    mintedAt: 0,
    ...over,
  }
}

async function decide(policy: Policy, ...actions: readonly PlannedAction[]): Promise<Decision> {
  return policy.decide(policyInput({ plan: { actions } }))
}

describe('combineDecisions', () => {
  const voice = (policy: string, decision: Decision) => ({ policy, decision })
  const abstain = voice('a', { kind: 'abstain' })
  const allow = voice('b', { kind: 'allow', because: 'low risk' })
  const ask = voice('c', { kind: 'ask', because: 'big' })
  const deny = voice('d', { kind: 'deny', because: 'no' })

  test.each([
    [[abstain, allow, ask, deny], 'deny'],
    [[abstain, allow, ask], 'ask'],
    [[abstain, allow], 'allow'],
    [[abstain, abstain], 'deny'],
    [[], 'deny'],
  ])('answers %j with %s, in any order', (voices, kind) => {
    expect(combineDecisions(voices).kind).toBe(kind)
    expect(combineDecisions(voices.toReversed()).kind).toBe(kind)
  })

  test('keeps every voice with its reason, and says why silence denies', () => {
    expect(combineDecisions([abstain, allow]).voices).toEqual([
      { policy: 'a', kind: 'abstain', because: '' },
      { policy: 'b', kind: 'allow', because: 'low risk' },
    ])
    expect(combineDecisions([abstain]).voices.at(-1)).toMatchObject({ kind: 'deny', because: 'no policy allows it' })
  })

  test('wants every group satisfied, equal ones once with the higher count, and the shortest expiry', () => {
    const one = voice('one', { kind: 'ask', because: 'x', approvers: ['bob', 'ann'], quorum: 2, expiresInMs: 500 })
    const same = voice('same', { kind: 'ask', because: 'x', approvers: ['ann', 'bob', 'bob'], expiresInMs: 200 })
    expect(combineDecisions([one, same, ask])).toMatchObject({
      approvers: [
        { names: ['ann', 'bob'], count: 2 },
        { names: ['approver'], count: 1 },
      ],
      expiresInMs: 200,
    })
    expect(combineDecisions([ask])).not.toHaveProperty('expiresInMs')
    expect(combineDecisions([allow]).approvers).toEqual([])
  })

  test.each([undefined, null, {}, { kind: 'yes' }])('denies when a policy answers %j', (nonsense) => {
    const voices = [allow, { policy: 'odd', decision: nonsense as unknown as Decision }]
    expect(combineDecisions(voices).kind).toBe('deny')
    expect(combineDecisions(voices).voices[1]).toMatchObject({ policy: 'odd', kind: 'deny' })
  })
})

describe('the built-in policies', () => {
  test('allowUpTo allows when every action is within the risk, and says nothing otherwise', async () => {
    expect(await decide(allowUpTo('medium'), action({ risk: 'low' }), action())).toMatchObject({ kind: 'allow' })
    expect(await decide(allowUpTo('medium'), action({ risk: 'low' }), action({ risk: 'high' }))).toEqual({
      kind: 'abstain',
    })
    expect(await decide(allowUpTo('high'))).toEqual({ kind: 'abstain' })
  })

  test('askAbove asks when any action is above the risk, and passes on whom and for how long', async () => {
    expect(await decide(askAbove('low'), action({ risk: 'low' }))).toEqual({ kind: 'abstain' })
    const options = { approvers: ['ann'], quorum: 2, expiresInMs: 60_000 }
    expect(await decide(askAbove('low', options), action({ risk: 'low' }), action())).toMatchObject({
      kind: 'ask',
      because: 'kubernetes.rollout-undo on Deployment shop/web is of medium risk',
      ...options,
    })
  })

  test('policies that differ have ids that differ, because an approval dies when they change', () => {
    const ids = [allowUpTo('low'), allowUpTo('high'), askAbove('low'), askAbove('low', { approvers: ['ann'] })]
    const quorum = askAbove('low', { approvers: ['ann'], quorum: 2 })
    const more = [quorum, allowAction('a'), allowAction('a', 'x=1'), onlyInNamespaces('a'), onlyInNamespaces('a', 'b')]
    expect(new Set([...ids, ...more].map((policy) => policy.id)).size).toBe(9)
  })

  test('allowAction wants type and labels to match for every action', async () => {
    const policy = allowAction('kubernetes.rollout-undo', 'app in (web, api), tier != back')
    expect(await decide(policy, action())).toMatchObject({ kind: 'allow' })
    expect(await decide(policy, action(), action({ type: 'other' }))).toEqual({ kind: 'abstain' })
    expect(await decide(policy, action({ target: { ...target, labels: { app: 'db' } } }))).toEqual({ kind: 'abstain' })
    expect(await decide(policy)).toEqual({ kind: 'abstain' })
  })

  test('onlyInNamespaces denies what touches another namespace or none', async () => {
    const policy = onlyInNamespaces('shop', 'cart')
    const { namespace, ...cluster } = target
    expect(namespace).toBe('shop')
    expect(await decide(policy, action())).toEqual({ kind: 'abstain' })
    expect(await decide(policy, action({ target: { ...target, namespace: 'bank' } }))).toMatchObject({ kind: 'deny' })
    expect(await decide(policy, action({ target: cluster }))).toMatchObject({ kind: 'deny' })
    const blastRadius = { resources: [target, { ...target, namespace: 'bank' }], replicas: 1 }
    expect(await decide(policy, action({ blastRadius }))).toMatchObject({ kind: 'deny' })
  })

  test('wrong options are refused by name', () => {
    expect(() => allowUpTo('tiny' as 'low')).toThrow(expect.objectContaining({ code: 'config', path: 'risk' }))
    expect(() => onlyInNamespaces()).toThrow(expect.objectContaining({ code: 'config', path: 'names' }))
    expect(() => allowAction('a', 'x in y')).toThrow(expect.objectContaining({ code: 'config', path: 'selector' }))
  })
})

describe('the safety policies', () => {
  async function verdict(over: Partial<PlannedAction>) {
    const voices = []
    for (const policy of safetyPolicies)
      voices.push({ policy: policy.id, decision: await decide(policy, action(), action(over)) })
    voices.push({ policy: 'host', decision: { kind: 'allow' as const, because: 'the host allows all' } })
    const { kind, voices: told } = combineDecisions(voices)
    return [kind, told.filter((each) => each.kind === 'deny' || each.kind === 'ask').map((each) => each.policy)]
  }

  const bad = { resources: [{ ...target, namespace: 'kube-public' }], replicas: 1 }
  const namespace = { cluster: 'c', apiVersion: 'v1', kind: 'Namespace', name: 'kube-system', labels: {} }
  test.each<[string, Partial<PlannedAction>, string, string[]]>([
    ['nothing unusual', {}, 'allow', []],
    ['a refusal of its preview', { refused: redact('the rollout is paused') }, 'deny', ['safety.refused']],
    ['an empty refusal of its preview', { refused: redact('') }, 'deny', ['safety.refused']],
    ['a system namespace', { target: { ...target, namespace: 'kube-system' } }, 'deny', ['safety.system-namespaces']],
    ['a system namespace in its blast radius', { blastRadius: bad }, 'deny', ['safety.system-namespaces']],
    ['a system namespace itself', { target: namespace }, 'deny', ['safety.system-namespaces']],
    ['no observation', { observations: 0 }, 'deny', ['safety.observations']],
    ['one kind of observation', { observations: 1 }, 'ask', ['safety.observations']],
    ['one kind of observation at high risk', { observations: 1, risk: 'high' }, 'deny', ['safety.observations']],
    [
      'one kind, irreversible',
      { observations: 1, reversible: false },
      'deny',
      ['safety.observations', 'safety.irreversible'],
    ],
    ['a doubt', { doubts: [redact('readiness-unproven')] }, 'ask', ['safety.doubts']],
    ['another manager', { managedBy: [redact('argo-cd')] }, 'ask', ['safety.doubts']],
    ['managers that put nothing back', { managedBy: [redact('kubectl'), redact('helm')] }, 'allow', []],
    ['no way back', { reversible: false }, 'ask', ['safety.irreversible']],
    ['no fence', { fenceable: false }, 'ask', ['safety.unfenced']],
  ])('judge %s', async (_, over, kind, policies) => {
    expect(await verdict(over)).toEqual([kind, policies])
  })

  test('deny a plan for its worst action, wherever it stands', async () => {
    const weak = action({ observations: 1 })
    const baseless = action({ observations: 0 })
    const policy = safetyPolicies.find(({ id }) => id === 'safety.observations') ?? expect.fail()
    expect(await decide(policy, weak, baseless)).toMatchObject({ kind: 'deny' })
    expect(await decide(policy, baseless, weak)).toMatchObject({ kind: 'deny' })
  })
})

describe('labelSelector', () => {
  const labels = { app: 'web', tier: '', 'shop.example/team': 'checkout' }

  test.each([
    ['', true],
    ['app', true],
    ['!app', false],
    ['! canary', true],
    ['app=web', true],
    ['app == web', true],
    ['app!=web', false],
    ['canary!=true', true],
    ['tier=', true],
    ['canary=', false],
    ['app in (web,api)', true],
    ['app in(api , db)', false],
    ['canary in (true)', false],
    ['app notin (api)', true],
    ['canary notin (true)', true],
    ['shop.example/team=checkout,app,app notin (db,api)', true],
    ['shop.example/team=checkout,!app', false],
    ['in=web', false],
    ['toString', false],
  ])('%j selects: %s', (selector, selected) => {
    expect(labelSelector(selector)(labels)).toBe(selected)
  })

  test.each([
    'a b',
    'a=b=c',
    'app in web',
    'app in (web',
    'a,,b',
    ',',
    '=x',
    '-a=b',
    'a=-b',
    'a>1',
    'A/B/C',
    'é=1',
    `a=${'x'.repeat(64)}`,
  ])('refuses %j', (selector) => {
    expect(() => labelSelector(selector)).toThrow(expect.objectContaining({ code: 'config', path: 'selector' }))
  })

  const name = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/)
  const requirement = fc.record({
    key: name,
    operator: fc.constantFrom('=', '!=', 'in', 'notin', 'exists', '!'),
    values: fc.array(name, { minLength: 1, maxLength: 3 }),
  })
  type Requirement = { key: string; operator: string; values: string[] }

  function written({ key, operator, values }: Requirement, gap: string): string {
    if (operator === 'exists') return key
    if (operator === '!') return `!${gap}${key}`
    if (operator === '=' || operator === '!=') return `${key}${gap}${operator}${gap}${values[0]}`
    return `${key} ${operator}${gap}(${gap}${values.join(`${gap},`)}${gap})`
  }

  function holds({ key, operator, values }: Requirement, given: Map<string, string>): boolean {
    const value = given.get(key)
    if (operator === 'exists') return value !== undefined
    if (operator === '!') return value === undefined
    if (operator === '=') return value === values[0]
    if (operator === '!=') return value !== values[0]
    return (value !== undefined && values.includes(value)) === (operator === 'in')
  }

  test('means what its requirements mean, all of them', () => {
    const few = fc.constantFrom('a', 'b', 'c')
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            key: few,
            operator: requirement.map((one) => one.operator),
            values: fc.array(few, { minLength: 1 }),
          }),
        ),
        fc.dictionary(few, few),
        fc.constantFrom('', ' ', '  '),
        (requirements, given, gap) => {
          const selector = requirements.map((one) => written(one, gap)).join(`${gap},${gap}`)
          const expected = requirements.every((one) => holds(one, new Map(Object.entries(given))))
          expect(labelSelector(selector)({ ...given })).toBe(expected)
        },
      ),
    )
  })

  test('understands or refuses any text, and never anything else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[a-z!=,() ]*$/)), (text) => {
        try {
          expect(typeof labelSelector(text)({})).toBe('boolean')
        } catch (error) {
          expect(MendkitError.is(error, 'config')).toBe(true)
        }
      }),
    )
  })
})

describe('planConfidence', () => {
  const cause = 'rules/bad-rollout'
  const ended = (count: number, good: boolean, against = cause) =>
    Array.from({ length: count }, () => ({ cause: against, type: 'a', good }))
  const sure = (observations: number, good: number, bad: number, others: ReturnType<typeof ended> = []) =>
    planConfidence({ cause, actions: [{ type: 'a', observations }] }, [
      ...ended(good, true),
      ...ended(bad, false),
      ...others,
      { cause, type: 'b', good: false },
    ])

  test('begins with the evidence and moves towards what became of such actions', () => {
    expect([0, 1, 2, 3, 9].map((observations) => sure(observations, 0, 0))).toEqual([0, 0.4, 0.7, 0.9, 0.9])
    expect(sure(2, 4, 0)).toBe(0.85)
    expect(sure(2, 0, 4)).toBe(0.35)
    expect(sure(1, 96, 0)).toBe(0.98)
    expect(sure(0, 96, 0)).toBe(0)
  })

  test('grows by success against the same cause only, and shrinks by failure against any', () => {
    expect(sure(2, 0, 0, ended(96, true, 'model/other'))).toBe(0.7)
    expect(sure(2, 0, 0, ended(4, false, 'model/other'))).toBe(0.35)
    expect(sure(2, 4, 0, ended(96, true, 'model/other'))).toBe(0.85)
    expect(sure(2, 4, 0, ended(92, false, 'model/other'))).toBe(0.07)
  })

  test('is that of the least certain action, and none without actions', () => {
    expect(
      planConfidence(
        {
          cause,
          actions: [
            { type: 'a', observations: 3 },
            { type: 'b', observations: 1 },
          ],
        },
        [],
      ),
    ).toBe(0.4)
    expect(planConfidence({ cause, actions: [] }, [])).toBe(0)
  })
})
