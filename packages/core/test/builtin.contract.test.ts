import { createHash } from 'node:crypto'
import {
  type Analyzer,
  alertCleared,
  allowAction,
  allowUpTo,
  askAbove,
  blastRadiusCap,
  type CheckInput,
  type CitableFact,
  type Clock,
  changeFreeze,
  cooldown,
  defineAction,
  defineDetector,
  defineEvidence,
  definePolicy,
  defineRule,
  defineTool,
  type Logger,
  logNotifier,
  MendkitError,
  modelAnalyzer,
  onlyDuring,
  onlyInNamespaces,
  onlyKinds,
  onlyLabelled,
  type PastExecution,
  type PlannedAction,
  type Policy,
  type PolicyInput,
  rateLimit,
  redact,
  riskCeiling,
  ruleAnalyzer,
  type Symptom,
  safetyPolicies,
  silentLogger,
  systemClock,
  tooMuchBroken,
} from '@mendkit/core'
import {
  actionContract,
  analyzerContract,
  checkContract,
  detectorContract,
  evidenceContract,
  holdsTo,
  investigationOf,
  notifierContract,
  policyContract,
  policyInput,
  scriptedModel,
} from '@mendkit/testkit'
import { test } from 'vitest'
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
const flag = { cluster: 'c', apiVersion: 'shop/v1', kind: 'Flag', namespace: 'shop', name: 'checkout' }
const labelled = { ...flag, labels: { app: 'checkout' } }

function planned(over: Partial<PlannedAction> = {}): PlannedAction {
  const base = {
    executionId: 'exe_1',
    type: 'shop.set-flag',
    params: {},
    target: labelled,
    risk: 'low',
    before: 1,
    after: 2,
  } as const
  const digests = {
    guard: 1,
    fieldsDigest: 'f',
    diffDigest: 'd',
    dryRun: 'none',
    lockKeys: ['k'],
    mintedAt: 0,
  } as const
  const safety = {
    blastRadius: { resources: [flag], replicas: 1 },
    reversible: true,
    alreadySo: false,
    fenceable: true,
    observations: 2,
  }
  return { ...base, ...digests, ...safety, managedBy: [], doubts: [], ...over }
}

const elsewhere = { ...labelled, namespace: 'kube-system' }
const digest = (state: number) => createHash('sha256').update(String(state)).digest('hex')
const pastExecution = (id: string, before: number, after: number): PastExecution => ({
  ...{ id, incidentId: 'inc_0', type: 'shop.set-flag', target: flag, state: 'succeeded', at: -1 },
  ...{ before: digest(before), after: digest(after) },
})
const past: Pick<PolicyInput, 'executions' | 'incidents'> = {
  executions: async () => ({ items: [pastExecution('exe_b', 2, 1), pastExecution('exe_a', 1, 2)], complete: true }),
  incidents: async () => ({ items: [{ id: 'inc_0', openedAt: -1, phase: 'closed' }], complete: true }),
}
const calendar = { matches: () => false }
const inputs: readonly PolicyInput[] = [
  planned(),
  planned({ risk: 'high', reversible: false, fenceable: false, observations: 1 }),
  planned({ target: elsewhere, refused: redact('no'), doubts: [redact('odd')], managedBy: [redact('helm')] }),
]
  .map((action) => policyInput({ plan: { actions: [action] }, incident, calendar }))
  .flatMap((input) => [input, { ...input, ...past }])

const asking = definePolicy({
  id: 'own',
  decide: () => ({ kind: 'ask', because: 'always', approvers: ['ann'], expiresInMs: 1 }),
})
const hosted: readonly Policy[] = [
  allowUpTo('low'),
  askAbove('low'),
  allowAction('shop.set-flag'),
  onlyInNamespaces('shop'),
  asking,
  riskCeiling('low', { scope: 'namespace:shop' }),
  onlyKinds('Deployment'),
  onlyLabelled('app=cart'),
  onlyDuring({ pattern: '* 9-16 * * MON-FRI', timeZone: 'Europe/Berlin' }),
  changeFreeze({ from: '1969-12-31T00:00:00Z', to: '1970-01-02T00:00:00+01:00', because: 'the year ends' }),
  rateLimit({ per: 'target', max: 2, withinMs: 1_000 }),
  cooldown({ per: 'namespace', ms: 1_000, otherwise: 'deny' }),
  tooMuchBroken({ incidents: 0, withinMs: 1_000 }),
  blastRadiusCap({ replicas: 2, percentOfReady: 50 }),
]
for (const policy of [...hosted, ...safetyPolicies]) {
  holdsTo(test, policy.id, policyContract, async () => ({ policy, inputs }))
}

/** A flag outside Mendkit with its own optimistic locking. */
function flagWorld() {
  let state = { on: true, version: 1, setBy: '' }
  let effects = 0
  let removed = false
  let overloaded = false
  const action = defineAction({
    type: 'shop.set-flag',
    risk: 'low',
    undo: 'restore-before',
    params: z.object({ on: z.boolean() }),
    preview: async ({ params }) => ({ before: { on: state.on }, after: { on: params.on }, guard: state.version }),
    execute: async ({ preview, executionId }) => {
      if (overloaded) throw new MendkitError('unavailable', 'too many requests', { effect: 'none' })
      if (removed || preview.guard !== state.version) throw new MendkitError('conflict', 'the flag has another version')
      state = { on: preview.after.on, version: state.version + 1, setBy: executionId }
      effects += 1
    },
    observe: async ({ executionId }) => {
      if (removed) return 'gone'
      return state.setBy === executionId ? 'applied' : 'not-applied'
    },
    invalidate: async () => {
      state = { ...state, version: state.version + 1 }
    },
  })
  const input = { params: { on: false }, target: flag, incident, executionId: 'exe_1', mintedAt: 0 }
  const disturb = () => {
    state = { ...state, version: state.version + 1, setBy: 'a person' }
  }
  const remove = () => {
    removed = true
  }
  const overload = () => {
    overloaded = true
  }
  return { action, input, refused: { on: 'no' }, effects: () => effects, disturb, remove, overload }
}
holdsTo(test, 'defineAction', actionContract, async () => flagWorld())

const facts: readonly CitableFact[] = [
  { name: 'flag.on', kind: 'status', value: true, tool: 'shop.flag', citation: { evidenceId: 'evi_1', fact: 0 } },
  {
    name: 'flag.turned-on',
    kind: 'change',
    value: true,
    tool: 'shop.flag',
    citation: { evidenceId: 'evi_1', fact: 1 },
  },
]
const flagRule = defineRule({
  id: 'flag-on',
  match: ({ facts: given }) => {
    const seen = given.filter((fact) => fact.value === true)
    const actions = [{ type: 'shop.set-flag', params: { on: false } }]
    return seen.length < 2 ? undefined : { seen, cause: 'bad-flag', summary: 'The flag broke the shop.', actions }
  },
})
const investigation = (given: readonly CitableFact[]) =>
  investigationOf({ incident, catalogue: ['shop.set-flag'], facts: given })
holdsTo(test, 'ruleAnalyzer', analyzerContract, async () => ({
  analyzer: ruleAnalyzer([flagRule]),
  explained: investigation(facts),
  unexplained: investigation([]),
}))

const answering = scriptedModel(({ output }) => {
  const citations = ['e1.f0', 'e1.f1']
  const words = { cause: 'bad-flag', entity: null, summary: 'the flag broke it', mechanism: 'x', disproof: 'y' }
  const actions = [{ type: 'shop.set-flag', params: '{"on":false}', citations }]
  const hypotheses = [{ ...words, citations, confidence: 1 }]
  // Whoever is held to a schema without actions proposes none.
  const mayAct = JSON.stringify(output?.schema).includes('"actions"')
  return { kind: 'object', object: { unresolved: false, hypotheses, unknowns: [], ...(mayAct && { actions }) } }
})
const unsure = scriptedModel(() => {
  return { kind: 'object', object: { unresolved: true, hypotheses: [], unknowns: ['everything'] } }
})
const flagEvidence = {
  ...{ tenant: 't', id: 'evi_1', incidentId: 'inc_1', tool: 'shop.flag', input: {}, collectedAt: 0 },
  ...{ facts, warnings: 0, revision: 0 },
}
holdsTo(test, 'modelAnalyzer', analyzerContract, async () => ({
  analyzer: choosing(modelAnalyzer({ model: answering }), modelAnalyzer({ model: unsure })),
  explained: investigationOf({ incident, catalogue: ['shop.set-flag'], evidence: [flagEvidence] }),
  unexplained: investigationOf({ incident }),
}))

/** The first where there is evidence. */
function choosing(first: Analyzer, second: Analyzer): Analyzer {
  return {
    ...first,
    analyze: (given, ctx) => (given.evidence().length > 0 ? first : second).analyze(given, ctx),
  }
}

const symptom = (firing: number): Symptom => ({
  ...{ tenant: 't', incidentId: 'inc_1', alertname: 'Down', resourceKey: '' },
  ...{ firing, suppressed: 0, total: 2 },
})
const question = (firing: number, more: Partial<CheckInput> = {}) => ({
  check: alertCleared(),
  input: { incident, target: labelled, symptoms: [symptom(firing)], since: 1_000, heardAt: 2_000, ...more },
})
const reads = 'it reads only what the engine hands it'
holdsTo(
  test,
  'alertCleared',
  checkContract,
  async () => ({
    good: question(0),
    bad: question(2),
    noData: question(0, { heardAt: 500 }),
    elsewhere: question(0, { symptoms: [] }),
  }),
  {
    'says unknown or throws, never good or bad, when its data cannot be reached': reads,
    'never shows its credentials': reads,
  },
)

const noReceiver = 'a log in this process cannot be away, busy or refuse, and takes no secret'
holdsTo(
  test,
  'logNotifier',
  notifierContract,
  async () => {
    const lines: { dedupe: string; text: string }[] = []
    const warn: Logger['warn'] = (text, fields = {}) =>
      void lines.push({ dedupe: `${fields['tenant']}/${fields['dedupeKey']}`, text: `${text} ${fields['incident']}` })
    return { notifier: logNotifier({ ...silentLogger, warn }), received: () => lines }
  },
  {
    'throws unavailable when the receiver cannot be reached': noReceiver,
    'throws unavailable with the wait that a busy receiver asked for': noReceiver,
    'throws rejected, which is final, when the receiver refuses for good': noReceiver,
    'rejects with the abort reason itself when the caller aborts': noReceiver,
    'never shows its secret, neither in an error nor to the receiver': noReceiver,
  },
)

/** Sleeps as the contract needs it: hardly at all. */
const hasty: Clock = { ...systemClock, sleep: (_, signal) => systemClock.sleep(1, signal) }
const detectorOf = (poll: () => Promise<readonly { labels: { alertname: string } }[]>) =>
  defineDetector({ id: 'queue-depth', every: '15s', poll, clock: hasty })
const secret = 's3cret-value'
holdsTo(test, 'defineDetector', detectorContract, async () => ({
  firing: detectorOf(async () => [{ labels: { alertname: 'QueueDeep' } }]),
  hanging: defineDetector({
    ...{ id: 'hanging', every: '15s', clock: hasty },
    poll: ({ signal }) => systemClock.sleep(3_600_000, signal).then(() => []),
  }),
  unreachable: detectorOf(() => Promise.reject(new MendkitError('unavailable', 'the queue is away'))),
  rejected: detectorOf(() => Promise.reject(new MendkitError('rejected', 'the queue refuses these credentials'))),
  secret,
}))

const flagTool = defineTool({
  name: 'shop.flag',
  input: z.object({ name: z.string() }),
  read: ({ name }) => {
    if (name !== 'checkout') throw new MendkitError('not-found', `there is no flag ${name}`)
    return { resource: flag, facts: [{ name: 'flag.on', kind: 'status', value: true, resource: flag }] }
  },
})
const failing = (code: 'unavailable' | 'rejected') =>
  defineEvidence({
    id: 'shop',
    tools: [{ ...flagTool, read: () => Promise.reject(new MendkitError(code, 'the flag store says no')) }],
  })
const request = (name: string) => ({ tool: 'shop.flag', input: { name } })
holdsTo(test, 'defineEvidence', evidenceContract, async () => ({
  source: defineEvidence({ id: 'shop', tools: [flagTool], gather: () => [request('checkout')] }),
  incident,
  symptoms: [],
  answered: [request('checkout')],
  gone: request('cart'),
  unreachable: failing('unavailable'),
  rejected: failing('rejected'),
  secret,
}))
