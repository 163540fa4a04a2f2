import type { Approval, GivenAnswer } from '../../model/approval.ts'
import type { ApproverGroup } from '../../model/approver-group.ts'
import { missingApprovers } from '../decide/quorum.ts'
import { draft } from '../draft.ts'
import type { Parts } from '../parts.ts'
import { groupWords } from '../timeline/words.ts'
import { noticeOf } from './notice.ts'
import { joinResults, moveTo, waitFor } from './result.ts'
import type { StepResult, StepView } from './view.ts'

/** Writes down what somebody who may answer said, and what follows: a grant, the end, or more waiting. */
export async function takeAnswer(
  parts: Parts,
  view: StepView,
  approval: Approval,
  answer: GivenAnswer,
): Promise<StepResult> {
  if (answer.kind === 'reject') return reject(parts, view, approval, answer)
  const missing = missingApprovers(approval.approvers, approval.answers)
  const { reauthenticated } = answer
  const digests = { ...entryData(approval), digest: approval.digest, reauthenticated }
  if (missing.length > 0) {
    const entry = draft(parts, 'approval-given', subjectOf(view), { ...digests, missing }, wordsOf(answer))
    const given: StepResult = { put: [approvalPut(approval)], audit: [entry] }
    const told = await tellWhatIsMissing(parts, view, approval, missing)
    return { ...joinResults(joinResults(given, told), waitFor(view, 'approval', approval.expiresAt)), dueAt: 'now' }
  }
  const entry = draft(parts, 'approval-granted', subjectOf(view), digests, wordsOf(answer))
  const granted: StepResult = { put: [approvalPut({ ...approval, state: 'granted' })], audit: [entry] }
  return joinResults(granted, moveTo(parts, view, 'remediating'))
}

/** `bob has approved; still missing: 1 of approver`, for people. */
export function partWords(approval: Approval, missing: readonly ApproverGroup[]): string {
  const names = approval.answers.map(({ by }) => by.id).join(', ')
  const have = approval.answers.length === 1 ? 'has' : 'have'
  return `${names} ${have} approved; still missing: ${groupWords(missing)}`
}

async function reject(parts: Parts, view: StepView, approval: Approval, answer: GivenAnswer): Promise<StepResult> {
  const plan = await parts.store.get('plan', approval.tenant, approval.planId, view.ctx)
  const rejectedPlans = [...view.incident.rejectedPlans, ...(plan === undefined ? [] : [plan.intentDigest])]
  const rejected: StepResult = {
    put: [approvalPut({ ...approval, state: 'rejected' })],
    audit: [draft(parts, 'approval-rejected', subjectOf(view), entryData(approval), wordsOf(answer))],
    next: { rejectedPlans, approvalId: undefined },
  }
  // Another answer may wait behind this one: the next step refuses it.
  return joinResults(rejected, moveTo(parts, view, 'handed-over', { reason: 'rejected', dueAt: 'now' }))
}

async function tellWhatIsMissing(
  parts: Parts,
  view: StepView,
  approval: Approval,
  missing: readonly ApproverGroup[],
): Promise<StepResult> {
  const plan = await parts.store.get('plan', approval.tenant, approval.planId, view.ctx)
  const until = new Date(approval.expiresAt).toISOString()
  return noticeOf(parts, view, 'ask', {
    matter: `approval-${approval.id}-${approval.answers.length}`,
    approvalId: approval.id,
    to: 'awaiting-approval',
    actions: plan?.actions ?? [],
    because: partWords(approval, missing),
    todo: `look at the difference in approvals.list, and approve or reject ${approval.id} before ${until}`,
  })
}

function approvalPut(row: Approval) {
  return { kind: 'document', table: 'approval', row } as const
}

function entryData({ id, planId }: Approval) {
  return { approval: id, plan: planId }
}

function subjectOf({ incident }: StepView) {
  return { kind: 'incident', id: incident.id } as const
}

function wordsOf({ by, because }: GivenAnswer) {
  const actor = { kind: 'principal', id: by.id, via: by.via } as const
  return { actor, ...(because !== undefined && { blobs: { because } }) }
}
