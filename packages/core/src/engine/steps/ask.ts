import type { Approval } from '../../model/approval.ts'
import type { Plan } from '../../model/plan.ts'
import type { Redacted } from '../../model/redacted.ts'
import { redactWithin } from '../../redact/redact-within.ts'
import type { MadePlan } from '../decide/make-plan.ts'
import { draft } from '../draft.ts'
import { askedFrom } from '../escalation/address.ts'
import type { Parts } from '../parts.ts'
import { groupWords } from '../timeline/words.ts'
import { noticeOf } from './notice.ts'
import { joinResults, moveTo } from './result.ts'
import type { StepResult, StepView } from './view.ts'

/** Longest difference in a notice, in characters: the whole one is in the approval. */
const maxDiff = 16_000

/** Puts the plan before a person: an approval bound to its digest, a notice with the difference, and a deadline. */
export async function askForApproval(parts: Parts, view: StepView, { plan, put }: MadePlan): Promise<StepResult> {
  const askedFromAt = await askedFrom(parts, view)
  const expiresAt = askedFromAt + (plan.decision.expiresInMs ?? parts.settings.approval.expiresInMs)
  const approval: Approval = {
    tenant: plan.tenant,
    id: parts.ids.next('apr'),
    incidentId: plan.incidentId,
    planId: plan.id,
    digest: plan.digest,
    state: 'open',
    proofNeeded: plan.proofNeeded,
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
      proofNeeded: plan.proofNeeded,
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
    ...diffOf(plan, put),
    to: 'awaiting-approval',
    actions: plan.actions,
    because: asked(plan),
    todo: `look at the difference in approvals.list, and approve or reject ${approval.id} before ${until}${needed(plan)}`,
  })
  const moved = moveTo(parts, view, 'awaiting-approval', { deadlines: { approval: expiresAt } })
  return joinResults(joinResults(question, notice), moved)
}

/** Said only when one person is not enough, or its word. */
function needed({ proofNeeded, decision: { approvers } }: Plan): string {
  const many = approvers.length > 1 || approvers.some(({ count }) => count > 1)
  const proof = proofNeeded ? '; whoever approves must prove who it is, where the host asks for it' : ''
  return `${many ? `; it needs ${groupWords(approvers)}` : ''}${proof}`
}

function asked({ decision }: Plan): string | undefined {
  const voices = decision.voices.filter((voice) => voice.kind === 'ask' && voice.because !== '')
  return voices.length === 0 ? undefined : voices.map(({ policy, because }) => `${policy}: ${because}`).join('; ')
}

/** The differences of a plan as its approval shows them; of several actions, each under its type. */
function diffOf({ actions }: Plan, put: MadePlan['put']): { readonly diff?: Redacted } {
  const texts = new Map(put.flatMap((row) => (row.kind === 'blob' ? [[row.blob.digest, row.blob.text] as const] : [])))
  const shown = actions.flatMap(({ type, diff = '' }) => {
    const text = texts.get(diff)
    return text === undefined ? [] : [actions.length === 1 ? text : `# ${type}\n${text}`]
  })
  return shown.length === 0 ? {} : { diff: redactWithin(shown.join('\n'), maxDiff).text }
}
