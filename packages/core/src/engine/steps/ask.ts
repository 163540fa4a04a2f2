import type { Approval } from '../../model/approval.ts'
import type { Plan } from '../../model/plan.ts'
import { draft } from '../draft.ts'
import type { Parts } from '../parts.ts'
import { groupWords } from '../timeline/words.ts'
import { noticeOf } from './notice.ts'
import { joinResults, moveTo } from './result.ts'
import type { StepResult, StepView } from './view.ts'

/** Puts the plan before a person: an approval bound to its digest, a notice, and a deadline. */
export function askForApproval(parts: Parts, view: StepView, plan: Plan): StepResult {
  const expiresAt = view.now + (plan.decision.expiresInMs ?? parts.settings.approval.expiresInMs)
  const approval: Approval = {
    tenant: plan.tenant,
    id: parts.ids.next('apr'),
    incidentId: plan.incidentId,
    planId: plan.id,
    digest: plan.digest,
    state: 'open',
    approvers: plan.decision.approvers,
    ...(plan.proposedBy !== undefined && { proposedBy: plan.proposedBy }),
    answers: [],
    askedAt: view.now,
    expiresAt,
    revision: 0,
  }
  const blobs = Object.fromEntries(plan.actions.flatMap(({ diff }, index) => (diff ? [[`diff-${index}`, diff]] : [])))
  const entry = draft(
    parts,
    'approval-requested',
    { kind: 'incident', id: plan.incidentId },
    {
      approval: approval.id,
      plan: plan.id,
      digest: plan.digest,
      approvers: approval.approvers,
      expiresAt: new Date(expiresAt).toISOString(),
    },
    { blobs },
  )
  const question: StepResult = {
    put: [{ kind: 'document', table: 'approval', row: approval }],
    audit: [entry],
    next: { approvalId: approval.id },
  }
  const until = new Date(expiresAt).toISOString()
  const notice = noticeOf(parts, view, 'ask', {
    matter: `approval-${approval.id}`,
    approvalId: approval.id,
    to: 'awaiting-approval',
    actions: plan.actions,
    because: asked(plan),
    todo: `look at the difference in approvals.list, and approve or reject ${approval.id} before ${until}${needed(plan)}`,
  })
  const moved = moveTo(parts, view, 'awaiting-approval', { deadlines: { approval: expiresAt } })
  return joinResults(joinResults(question, notice), moved)
}

/** Said only when one person is not enough. */
function needed({ decision: { approvers } }: Plan): string {
  const many = approvers.length > 1 || approvers.some(({ count }) => count > 1)
  return many ? `; it needs ${groupWords(approvers)}` : ''
}

function asked({ decision }: Plan): string | undefined {
  const voices = decision.voices.filter((voice) => voice.kind === 'ask' && voice.because !== '')
  return voices.length === 0 ? undefined : voices.map(({ policy, because }) => `${policy}: ${because}`).join('; ')
}
