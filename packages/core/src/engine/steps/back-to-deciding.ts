import type { VoidReason } from '../../model/reasons.ts'
import { voidApproval } from '../decide/void-approval.ts'
import { draft } from '../draft.ts'
import type { Parts } from '../parts.ts'
import { joinResults, moveTo } from './result.ts'
import type { StepResult, StepView } from './view.ts'

/** Voids the plan and whatever approval stands for it, and decides anew. */
export async function backToDeciding(parts: Parts, view: StepView, because: VoidReason): Promise<StepResult> {
  const { tenant, id, planId, voids } = view.incident
  const voided = await voidApproval(parts, view, because)
  const plan = planId === undefined ? undefined : await parts.store.get('plan', tenant, planId, view.ctx)
  if (plan === undefined) return joinResults(voided, moveTo(parts, view, 'deciding'))
  const counts = because !== 'all-suppressed' && because !== 'taken-over'
  const next = {
    planId: undefined,
    // Whoever takes over instead of answering does it their own way, which is compared once the alerts have cleared.
    ...(because === 'taken-over' && { unjudged: { planId: plan.id } }),
    ...(counts && { voids: { ...voids, [plan.intentDigest]: (voids[plan.intentDigest] ?? 0) + 1 } }),
  }
  const entry = draft(parts, 'plan-void', { kind: 'incident', id }, { plan: plan.id, because })
  return joinResults(joinResults(voided, { next, audit: [entry] }), moveTo(parts, view, 'deciding'))
}
