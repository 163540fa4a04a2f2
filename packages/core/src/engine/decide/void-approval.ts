import type { VoidReason } from '../../model/reasons.ts'
import { draft } from '../draft.ts'
import type { Parts } from '../parts.ts'
import type { StepResult, StepView } from '../steps/view.ts'

/** Ends an approval that is open or granted but not yet used; nothing when there is none. */
export async function voidApproval(
  parts: Parts,
  view: Pick<StepView, 'incident' | 'ctx'>,
  because: VoidReason,
): Promise<StepResult> {
  const { tenant, id, approvalId } = view.incident
  if (approvalId === undefined) return {}
  const approval = await parts.store.get('approval', tenant, approvalId, view.ctx)
  const next = { approvalId: undefined }
  if (approval === undefined || (approval.state !== 'open' && approval.state !== 'granted')) return { next }
  const row = { ...approval, state: 'void' as const, voidBecause: because }
  const entry = draft(
    parts,
    'approval-void',
    { kind: 'incident', id },
    { approval: approval.id, plan: approval.planId, because },
  )
  return { next, put: [{ kind: 'document', table: 'approval', row }], audit: [entry] }
}
