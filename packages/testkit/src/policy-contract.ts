import assert from 'node:assert/strict'
import type { Decision, PlannedAction, Policy, PolicyInput, PolicyScope } from '@mendkit/core'
import type { Contract } from './contract.ts'
import { frozen } from './frozen.ts'

/** From the most lenient on. */
const strictness: readonly Decision['kind'][] = ['allow', 'abstain', 'ask', 'deny']

/** What the contract needs of a policy. */
export interface PolicySubject {
  readonly policy: Policy
  /** Plans to judge: at least one that it has something to say about, and one that it leaves to others if it ever does. */
  readonly inputs: readonly PolicyInput[]
}

/** What every policy promises. */
export const policyContract: Contract<PolicySubject> = [
  {
    says: 'has spec 1 and an id',
    async check(make) {
      const { policy } = await make()
      assert.equal(policy.spec, 1)
      assert.notEqual(policy.id, '')
    },
  },
  {
    says: 'says something about one of the plans at least',
    async check(make) {
      const { policy, inputs } = await make()
      const kinds = await Promise.all(inputs.map(async (input) => (await policy.decide(input)).kind))
      assert.ok(
        kinds.some((kind) => kind !== 'abstain'),
        'the policy abstains from every plan of the subject',
      )
    },
  },
  {
    says: 'answers with a decision, and with a reason unless it abstains',
    async check(make) {
      const { policy, inputs } = await make()
      for (const input of inputs) assertDecision(await policy.decide(input))
    },
  },
  {
    says: 'decides the same about the same plan',
    async check(make) {
      const { policy, inputs } = await make()
      const first = await Promise.all(inputs.map(async (input) => policy.decide(input)))
      const second = await Promise.all(inputs.toReversed().map(async (input) => policy.decide(copyOf(input))))
      assert.deepEqual(second.toReversed(), first)
    },
  },
  {
    says: 'changes nothing that it is given',
    async check(make) {
      const { policy, inputs } = await make()
      for (const input of inputs) assertDecision(await policy.decide(frozen(copyOf(input))))
    },
  },
  {
    says: 'is no more lenient when the past that it is told of is cut off',
    async check(make) {
      const { policy, inputs } = await make()
      for (const input of inputs) {
        const whole = await policy.decide(input)
        const cut = await policy.decide({
          ...input,
          executions: async () => ({ ...(await input.executions()), complete: false }),
          incidents: async () => ({ ...(await input.incidents()), complete: false }),
        })
        const words = `knowing less, the policy answers ${cut.kind} instead of ${whole.kind}`
        assert.ok(strictness.indexOf(cut.kind) >= strictness.indexOf(whole.kind), words)
      }
    },
  },
  {
    says: 'asks for no calendar that it does not declare',
    async check(make) {
      const { policy, inputs } = await make()
      const declared = (policy.calendars ?? []).map(({ pattern, timeZone }) => `${pattern} in ${timeZone}`)
      for (const input of inputs) {
        const matches = (pattern: string, timeZone: string) => {
          asked.push(`${pattern} in ${timeZone}`)
          return input.calendar.matches(pattern, timeZone)
        }
        const asked: string[] = []
        assertDecision(await policy.decide({ ...input, calendar: { matches } }))
        const undeclared = asked.filter((each) => !declared.includes(each))
        assert.deepEqual(undeclared, [], 'a calendar that is not checked at the start fails when it is needed')
      }
    },
  },
  {
    says: 'abstains from plans that it does not apply to',
    async check(make) {
      const { policy, inputs } = await make()
      for (const input of inputs) {
        for (const elsewhere of outside(policy.appliesTo ?? {}, input)) {
          const { kind } = await policy.decide(elsewhere)
          assert.equal(kind, 'abstain', `asked about everything, it would ${kind} what \`appliesTo\` leaves out`)
        }
      }
    },
  },
  {
    says: 'never allows a plan without actions',
    async check(make) {
      const { policy, inputs } = await make()
      for (const input of inputs) {
        assert.notEqual((await policy.decide({ ...input, plan: { ...input.plan, actions: [] } })).kind, 'allow')
      }
    },
  },
]

/** The same input with other actions: for each field of a scope, none of them meets it. */
function outside(scope: PolicyScope, input: PolicyInput): readonly PolicyInput[] {
  const others: ((action: PlannedAction) => PlannedAction)[] = []
  if (scope.actionTypes) others.push((action) => ({ ...action, type: 'nothing.applies-to-this' }))
  if (scope.kinds) others.push((action) => ({ ...action, target: { ...action.target, kind: 'NothingAppliesToThis' } }))
  if (scope.labels) others.push((action) => ({ ...action, target: { ...action.target, labels: {} } }))
  if (scope.namespaces) others.push((action) => inNamespace('nothing-applies-to-this', action))
  return others.map((other) => ({ ...input, plan: { ...input.plan, actions: input.plan.actions.map(other) } }))
}

function inNamespace(namespace: string, action: PlannedAction): PlannedAction {
  const { target, blastRadius } = action
  const resources = blastRadius.resources.map((each) => ({ ...each, namespace }))
  return { ...action, target: { ...target, namespace }, blastRadius: { ...blastRadius, resources } }
}

/** An input of its own, down to the past that it tells. */
function copyOf(input: PolicyInput): PolicyInput {
  const { calendar, confidence, executions, incidents, ...data } = input
  return {
    ...structuredClone(data),
    calendar,
    confidence,
    executions: async () => frozen(structuredClone(await executions())),
    incidents: async () => frozen(structuredClone(await incidents())),
  }
}

function assertDecision(decision: Decision): void {
  assert.ok(['abstain', 'allow', 'ask', 'deny'].includes(decision.kind), `${String(decision.kind)} is no decision`)
  if (decision.kind !== 'abstain') assert.match(decision.because, /\S/, `a decision to ${decision.kind} has no reason`)
  if (decision.kind !== 'ask') return
  if (decision.approvers !== undefined) assert.ok(decision.approvers.length > 0, 'nobody could approve')
  const { quorum = 1 } = decision
  assert.ok(Number.isInteger(quorum) && quorum >= 1 && quorum <= 100, 'no number of people could approve')
  if (decision.expiresInMs !== undefined) assert.ok(decision.expiresInMs > 0, 'the question expires at once')
}
