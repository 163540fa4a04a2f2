import { combineDecisions, type PolicyVoice } from '../../builtin/combine-decisions.ts'
import { safetyPolicies } from '../../builtin/safety-policies.ts'
import type { PlanDecision, PlannedAction } from '../../model/plan.ts'
import type { Redacted } from '../../model/redacted.ts'
import { message } from '../../redact/message.ts'
import { understandDecision } from '../answers/decision.ts'
import { levelForPlan } from '../autonomy.ts'
import { callPort } from '../call.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import { type StepView, viewOf } from '../steps/view.ts'

/**
 * Asks every policy about previewed actions and applies the autonomy level. A policy that throws, or gives an answer
 * that is no decision, denies. Judged again
 * with a fresh preview right before an effect.
 */
export async function judge(parts: Parts, view: StepView, actions: readonly PlannedAction[]): Promise<PlanDecision> {
  const input = { plan: { actions }, incident: viewOf(view.incident), now: view.now }
  const voices: PolicyVoice[] = []
  for (const policy of [...safetyPolicies, ...parts.policies]) {
    try {
      const decision = await callPort(parts, `policy ${policy.id}`, view.ctx, async () => policy.decide(input))
      voices.push({ policy: policy.id, decision: understandDecision(`policy ${policy.id}`, decision) })
    } catch (error) {
      view.ctx.signal.throwIfAborted()
      parts.log.error(describeFailure(`policy ${policy.id} failed and so denies`, error))
      voices.push({ policy: policy.id, decision: { kind: 'deny', because: `policy ${policy.id} failed` } })
    }
  }
  return gate(parts, actions, combineDecisions(voices))
}

function gate(parts: Parts, actions: readonly PlannedAction[], decision: PlanDecision): PlanDecision {
  if (decision.kind === 'deny') return decision
  const level = levelForPlan(parts.autonomy, { actions })
  const unchecked = actions.some((action) => action.dryRun === 'not-permitted')
  if (level === 'off' || level === 'suggest') return voiced(decision, 'suggest', message`autonomy is ${level} here`)
  if (unchecked) return voiced(decision, 'suggest', message`there are no credentials to act`)
  if (level === 'approve' && decision.kind === 'allow')
    return voiced(decision, 'ask', message`autonomy is approve here`)
  return decision
}

function voiced(decision: PlanDecision, kind: 'ask' | 'suggest', because: Redacted): PlanDecision {
  const voice = { policy: 'autonomy', kind: kind === 'ask' ? ('ask' as const) : ('abstain' as const), because }
  const approvers =
    decision.approvers.length > 0 || kind !== 'ask' ? decision.approvers : [{ names: [message`approver`], count: 1 }]
  return { ...decision, kind, approvers, voices: [...decision.voices, voice] }
}

/** Whether a decision that was made again is stricter than what was granted. */
export function isStricter(now: PlanDecision, granted: 'allowed' | 'approved'): boolean {
  return granted === 'approved' ? now.kind === 'deny' || now.kind === 'suggest' : now.kind !== 'allow'
}
