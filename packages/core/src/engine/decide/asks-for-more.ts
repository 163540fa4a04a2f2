import type { Plan } from '../../model/plan.ts'
import type { Parts } from '../parts.ts'
import type { StepView } from '../steps/view.ts'
import { missingApprovers } from './quorum.ts'
import { needsProof } from './reauthenticate.ts'

/**
 * Whether a plan that was looked at and judged again asks for something that the incident's approval does not hold: somebody
 * who did not approve, or proof from somebody who did.
 */
export async function asksForMore(parts: Parts, view: StepView, plan: Plan): Promise<boolean> {
  const { tenant, approvalId } = view.incident
  if (approvalId === undefined) return false
  const approval = await parts.store.get('approval', tenant, approvalId, view.ctx)
  if (approval === undefined) return false
  const unproven = approval.answers.some(({ kind, reauthenticated }) => kind === 'approve' && !reauthenticated)
  if (unproven && needsProof(parts, approval, plan)) return true
  return plan.decision.kind === 'ask' && missingApprovers(plan.decision.approvers, approval.answers).length > 0
}
