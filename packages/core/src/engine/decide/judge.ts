import { planConfidence } from '../../builtin/confidence.ts'
import { safetyPolicies } from '../../builtin/safety-policies.ts'
import type { Expectation } from '../../model/change.ts'
import type { CombinedDecision, Plan, PlanDecision, PlannedAction } from '../../model/plan.ts'
import type { Redacted } from '../../model/redacted.ts'
import type { PolicyInput } from '../../ports/policy.ts'
import { message } from '../../redact/message.ts'
import { type Judged, type LevelInForce, levelInForce } from '../earn/level-in-force.ts'
import type { Parts } from '../parts.ts'
import { type StepView, viewOf } from '../steps/view.ts'
import { decideByPolicies } from './decide-by-policies.ts'
import { judgedPast } from './judged-past.ts'
import { longestWaitMs } from './past.ts'
import { policyInput } from './policy-input.ts'
import { stalePlan } from './stale-plan.ts'

/** A decision, and the past that it rests on. */
export interface Judgement {
  readonly decision: PlanDecision
  /**
   * How many intents the tenant had before the history was read. Set when a policy of the host read it: the intent must
   * then be the next one, so that two workers cannot both be the last within a limit.
   */
  readonly intentsSeen?: number
  /** What its intent must expect beside that: the earned levels that it rests on. */
  readonly restsOn: readonly Expectation[]
}

/**
 * What is judged. `cause` and `doneUnder` are no policy input: they decide which level is in force, and which outcomes make a plan
 * surer of itself.
 */
export type JudgedPlan = PolicyInput['plan'] & Pick<Plan, 'cause'> & Pick<Judged, 'doneUnder'>

/**
 * Asks the policies about previewed actions and applies the autonomy level. Judged again with a fresh preview right before
 * an effect. Throws what the store throws while the past is read.
 */
export async function judge(
  parts: Parts,
  view: StepView,
  { cause, doneUnder, ...plan }: JudgedPlan,
): Promise<Judgement> {
  const { ctx, now, incident } = view
  const past = judgedPast(parts, view)
  const { actions } = plan
  const undoing = doneUnder !== undefined && { doneUnder }
  const inForce = await levelInForce(parts, { tenant: incident.tenant, cause, actions, ...undoing }, ctx)
  const { level: autonomy, restsOn } = inForce
  const input = policyInput(parts, {
    plan,
    autonomy,
    incident: viewOf(incident),
    confidence: async () => planConfidence({ cause, actions }, await past.outcomes()),
    executions: past.executions,
    incidents: past.incidents,
    now,
  })
  const always = [...safetyPolicies, stalePlan(longestWaitMs(parts.settings))]
  const told = { always: input, host: { ...input, executions: past.countedExecutions } }
  const combined = await decideByPolicies(parts, { always, host: parts.policies }, told, ctx)
  past.throwIfUnread()
  const gated = gate(inForce, plan.actions, combined)
  const decision = { ...gated, autonomy, policyVersion: parts.policyVersion }
  const intentsSeen = await past.intentsSeen()
  return { decision, restsOn, ...(intentsSeen !== undefined && { intentsSeen }) }
}

function gate(
  { level, because }: LevelInForce,
  actions: readonly PlannedAction[],
  decision: CombinedDecision,
): CombinedDecision {
  if (decision.kind === 'deny') return decision
  const unchecked = actions.some((action) => action.dryRun === 'not-permitted')
  const words =
    because === undefined ? message`autonomy is ${level} here` : message`autonomy is ${level} here: ${because}`
  if (level === 'off' || level === 'suggest') return voiced(decision, 'suggest', words)
  if (unchecked) return voiced(decision, 'suggest', message`there are no credentials to act`)
  if (level === 'approve' && decision.kind === 'allow') return voiced(decision, 'ask', words)
  return because === undefined ? decision : voiced(decision, decision.kind, words)
}

/** Adds what autonomy says; it asks only where that makes the decision an ask. */
function voiced(decision: CombinedDecision, kind: CombinedDecision['kind'], because: Redacted): CombinedDecision {
  const asks = kind === 'ask' && decision.kind !== 'ask'
  const voice = { policy: 'autonomy', kind: asks ? ('ask' as const) : ('abstain' as const), because }
  const approvers =
    decision.approvers.length > 0 || kind !== 'ask' ? decision.approvers : [{ names: [message`approver`], count: 1 }]
  return { ...decision, kind, approvers, voices: [...decision.voices, voice] }
}

/** Whether a decision that was made again is stricter than what was granted. */
export function isStricter(now: PlanDecision, granted: 'allowed' | 'approved'): boolean {
  return granted === 'approved' ? now.kind === 'deny' || now.kind === 'suggest' : now.kind !== 'allow'
}
