import {
  type Alert,
  type Analysis,
  type Analyzer,
  type Correlator,
  type Decision,
  defineAction,
  type EffectInput,
  MendkitError,
  type Policy,
  type PolicyInput,
  type PolicyScope,
  type RecordedChange,
} from '@mendkit/core'
import {
  type ActionSubject,
  actionContract,
  analyzerContract,
  type Contract,
  correlatorContract,
  investigationOf,
  policyContract,
  policyInput,
} from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

const incident = {
  tenant: 't',
  id: 'inc_1',
  cluster: 'c',
  phase: 'deciding',
  title: 'x',
  openedAt: 0,
  relapses: 0,
} as const

/** What the clauses say that a subject breaks. */
async function broken<Subject>(contract: Contract<Subject>, make: () => Promise<Subject>): Promise<string[]> {
  const says: string[] = []
  for (const clause of contract) await clause.check(make).catch(() => says.push(clause.says))
  return says
}

describe('the policy contract', () => {
  const input = policyInput()
  let count = 0
  const decisions: Readonly<Record<string, (given: PolicyInput) => unknown>> = {
    'says something': () => ({ kind: 'abstain' }),
    'answers with a decision': () => ({ kind: 'allow', because: ' ' }),
    'answers with a decision, ': () => ({ kind: 'ask', because: 'x', approvers: [] }),
    'answers with a decision, a quorum': () => ({ kind: 'ask', because: 'x', quorum: 0 }),
    'answers with a decision, and': () => ({ kind: 'maybe', because: 'x' }),
    'decides the same': () => ({ kind: 'deny', because: String(count++) }),
    'changes nothing': ({ plan }) => ({ kind: 'deny', because: String((plan.actions as unknown[]).push(1)) }),
    'is no more lenient': async ({ executions }) =>
      (await executions()).complete ? { kind: 'deny', because: 'x' } : { kind: 'ask', because: 'x' },
    'asks for no calendar': ({ calendar }) => {
      const open = calendar.matches('* * * * *', 'UTC')
      return { kind: 'ask', because: String(open) }
    },
    'never allows': () => ({ kind: 'allow', because: 'all is fine' }),
  }
  test.each(Object.entries(decisions))('catches a policy that breaks: %s', async (clause, decide) => {
    const policy: Policy = { spec: 1, id: 'p', decide: (given) => decide(given) as Decision }
    const says = await broken(policyContract, async () => ({
      policy,
      inputs: [{ ...input, calendar: { matches: () => true } }],
    }))
    expect(says.some((each) => each.startsWith(clause.replace(/, .*/, '')))).toBe(true)
  })

  test.each<PolicyScope>([
    { actionTypes: ['kubernetes.rollout-undo'] },
    { namespaces: ['shop'] },
    { kinds: ['Deployment'] },
    { labels: { app: ['checkout'] } },
  ])('catches a policy that denies more than it says that it applies to: %j', async (appliesTo) => {
    const policy: Policy = { spec: 1, id: 'p', appliesTo, decide: () => ({ kind: 'deny', because: 'all is wrong' }) }
    const says = await broken(policyContract, async () => ({ policy, inputs: [input] }))
    expect(says).toEqual(['abstains from plans that it does not apply to'])
  })
})

describe('the analyzer contract', () => {
  const citations = [{ evidenceId: 'evi_1', fact: 0 }]
  const good: Analysis = {
    hypotheses: [{ cause: 'bad-flag', summary: 'The flag.', citations }],
    actions: [{ type: 'undo', params: {}, citations }],
  }
  const fact = { name: 'f', kind: 'status', value: 1, tool: 't', citation: { evidenceId: 'evi_1', fact: 0 } } as const
  const investigation = (facts: readonly (typeof fact)[]) => investigationOf({ incident, catalogue: ['undo'], facts })
  const explained = investigation([fact])
  const unexplained = investigation([])
  const nothing: Analysis = { hypotheses: [], actions: [] }
  const honest: Analyzer['analyze'] = async ({ facts, catalogue }) => {
    if (facts().length === 0) return nothing
    return catalogue.length === 0 ? { ...good, actions: [] } : good
  }
  const subjectOf = (analyze: Analyzer['analyze']) => async () => ({
    ...{ analyzer: { spec: 1 as const, id: 'a', analyze }, explained, unexplained },
  })

  test('lets an honest analyzer pass', async () => {
    expect(await broken(analyzerContract, subjectOf(honest))).toEqual([])
  })

  const other = [{ evidenceId: 'evi_1', fact: 7 }]
  const lies: readonly [string, Analyzer['analyze']][] = [
    ['explains by', async () => ({ ...good, hypotheses: [{ cause: 'The Flag!', summary: 's', citations }] })],
    ['explains by', async () => ({ ...good, hypotheses: [{ cause: 'flag', summary: 's', citations: [] }] })],
    ['cites only', async () => ({ ...good, actions: [{ type: 'undo', params: {}, citations: other }] })],
    ['proposes at most', async () => ({ ...good, actions: [{ type: 'reboot', params: {}, citations }] })],
    ['proposes at most', async () => ({ ...good, actions: Array.from({ length: 6 }, () => good.actions[0] as never) })],
    ['proposes nothing', async ({ facts }) => (facts().length === 0 ? nothing : good)],
    ['leaves what', async () => good],
    [
      'changes nothing',
      async (given, ctx) => {
        Object.assign(given.symptoms, { seen: true })
        return honest(given, ctx)
      },
    ],
    [
      'lets the abort',
      async (given, ctx) => (ctx.signal.aborted ? Promise.reject(new Error('wrapped')) : honest(given, ctx)),
    ],
  ]
  test.each(lies)('catches an analyzer that breaks: %s', async (clause, analyze) => {
    expect((await broken(analyzerContract, subjectOf(analyze))).some((says) => says.startsWith(clause))).toBe(true)
  })
})

describe('the correlator contract', () => {
  const alert = (name: string, resource: string): Alert => ({
    ...{
      tenant: 't',
      id: `${name}-${resource}`,
      source: 's',
      cluster: 'c',
      fingerprint: 'f',
      episode: 1,
      status: 'firing',
    },
    ...{
      labels: { alertname: name },
      annotations: {},
      startsAt: '2026-01-01T00:00:00Z',
      lastSeenAt: '2026-01-01T00:00:00Z',
    },
    ...{ correlated: 'pending', missed: 0, revision: 1 },
    resource: { cluster: 'c', apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: resource },
  })
  const changes: readonly RecordedChange[] = [1, 2].map((index) => ({
    ...{
      tenant: 't',
      id: `chg_${index}`,
      kind: 'deploy',
      state: 'recent' as const,
      at: Date.parse('2025-12-31T23:59:00Z') + index,
      revision: 1,
    },
    labels: { alertname: 'Down' },
  }))
  const subjectOf = (correlator: Correlator) => async () => ({
    correlator,
    together: [alert('Down', 'web'), alert('Slow', 'web')] as const,
    apart: [alert('Down', 'web'), alert('Slow', 'db')] as const,
    changes,
  })
  test('lets an honest correlator pass', async () => {
    const keys: Correlator['keys'] = ({ resource }) => [key(resource?.name ?? 'none')]
    expect(await broken(correlatorContract, subjectOf({ spec: 1, id: 'c', keys }))).toEqual([])
  })

  const key = (text: string, because = 'x') => ({ key: text, withinMs: 1, because })
  let asked = 0
  const faults: readonly [string, Correlator['keys']][] = [
    ['gives keys with', (given) => [key(given.resource?.name ?? '', '')]],
    ['gives alerts that', () => [key('everything')]],
    ['gives alerts that', (given) => [key(given.id)]],
    ['gives the same alert', () => [key(String(asked++))]],
    ['gives the same alert', (_, recent) => [key(recent[0]?.id ?? 'none')]],
    ['looks at nothing', (given) => [key(given.lastSeenAt)]],
    ['looks at nothing', (given) => [key(given.status)]],
    [
      'changes nothing',
      (given) => {
        Object.assign(given.labels, { seen: 'yes' })
        return [key('x')]
      },
    ],
  ]
  test.each(faults)('catches a correlator that breaks: %s', async (clause, keys) => {
    const says = await broken(correlatorContract, subjectOf({ spec: 1, id: 'c', keys }))
    expect(says.some((each) => each.startsWith(clause))).toBe(true)
  })
})

describe('the action contract', () => {
  interface Fault {
    readonly unguarded?: boolean
    readonly noisyPreview?: boolean
    readonly forgetful?: boolean
    readonly gullible?: boolean
    readonly toothless?: boolean
    readonly relative?: boolean
    readonly deaf?: boolean
    readonly boastful?: boolean
    readonly ghostly?: boolean
    readonly vague?: boolean
  }
  const target = { cluster: 'c', apiVersion: 'shop/v1', kind: 'Flag', name: 'checkout' }

  /** A number outside Mendkit with its own optimistic locking, and an action that sets it, faulty as told. */
  function world(fault: Fault): ActionSubject {
    let state = { value: 1, version: 1, setBy: '' }
    let effects = 0
    let removed = false
    let overloaded = false
    const write = ({ preview, executionId }: Pick<EffectInput, 'preview' | 'executionId'>) => {
      if (overloaded) throw new MendkitError('unavailable', 'not now', fault.vague ? {} : { effect: 'none' })
      if (!fault.unguarded && (removed || preview.guard !== state.version))
        throw new MendkitError('conflict', 'another version')
      const value = fault.relative ? state.value + 1 : Number(preview.after)
      state = { value, version: state.version + 1, setBy: fault.forgetful ? '' : executionId }
      effects += 1
    }
    const action = defineAction({
      type: 'shop.set-number',
      risk: 'low',
      undo: 'restore-before',
      params: z.object({ to: z.number() }),
      preview: async ({ params }) => {
        if (fault.noisyPreview) effects += 1
        return { before: state.value, after: params.to, guard: state.version }
      },
      execute: async (input) => write(input),
      observe: async ({ executionId }) => {
        if (removed) return fault.boastful ? 'applied' : 'gone'
        if (state.setBy === executionId) return fault.ghostly ? 'gone' : 'applied'
        return fault.gullible && state.setBy !== '' ? 'applied' : 'not-applied'
      },
      invalidate: async () => {
        if (!fault.toothless) state = { ...state, version: state.version + 1 }
      },
    })
    return {
      action: fault.deaf ? { ...action, execute: async (input) => write(input) } : action,
      input: { params: { to: 2 }, target, incident, executionId: 'exe_1', mintedAt: 0 },
      refused: { to: 'two' },
      effects: () => effects,
      disturb: () => {
        state = { ...state, version: state.version + 1 }
      },
      remove: () => {
        removed = true
      },
      overload: () => {
        overloaded = true
      },
    }
  }

  test.each<[string, Fault, readonly string[]]>([
    ['an honest action', {}, []],
    ['no guard', { unguarded: true }, ['has no second', 'has no effect once', 'makes every']],
    ['a preview with an effect', { noisyPreview: true }, ['previews without']],
    ['an effect that cannot be seen', { forgetful: true }, ['has one effect']],
    ['taking any effect for its own', { gullible: true }, ['does not take']],
    ['a fence that holds nothing', { toothless: true }, ['makes every']],
    ['a relative change', { relative: true }, ['restores what']],
    ['not listening to an abort', { deaf: true }, ['has no effect when']],
    ['claiming what others did', { boastful: true }, ['neither claims']],
    ['not telling that nothing happened', { vague: true }, ['says for sure']],
    ['a mark that is not looked at', { ghostly: true }, ['has one effect']],
  ])('finds %s', async (_, fault, clauses) => {
    const says = await broken(actionContract, async () => world(fault))
    for (const clause of clauses) expect(says.some((each) => each.startsWith(clause))).toBe(true)
    expect(says.length > 0).toBe(clauses.length > 0)
  })
})
