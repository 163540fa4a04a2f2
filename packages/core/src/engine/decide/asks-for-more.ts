import type { PlanDecision } from '../../model/plan.ts'
import type { Parts } from '../parts.ts'
import type { StepView } from '../steps/view.ts'
import { missingApprovers } from './quorum.ts'

/** Whether a decision that was made again asks for somebody whose approval the incident's approval does not hold. */
export async function asksForMore(parts: Parts, view: StepView, decision: PlanDecision): Promise<boolean> {
  const { tenant, approvalId } = view.incident
  if (decision.kind !== 'ask' || approvalId === undefined) return false
  const approval = await parts.store.get('approval', tenant, approvalId, view.ctx)
  return approval !== undefined && missingApprovers(decision.approvers, approval.answers).length > 0
}
