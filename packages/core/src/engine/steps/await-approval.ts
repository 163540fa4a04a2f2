import type { Approval } from '../../model/approval.ts'
import type { Command } from '../../model/command.ts'
import { unseenSymptoms } from '../decide/facts.ts'
import { mayAnswer } from '../decide/may-answer.ts'
import { missingApprovers } from '../decide/quorum.ts'
import { needsProof } from '../decide/reauthenticate.ts'
import { draft } from '../draft.ts'
import type { Parts } from '../parts.ts'
import { backToDeciding } from './back-to-deciding.ts'
import { commandDone, commandRefused } from './commands.ts'
import { noticeOf } from './notice.ts'
import { joinResults, moveTo, waitFor } from './result.ts'
import { partWords, takeAnswer } from './take-answer.ts'
import type { StepResult, StepView } from './view.ts'

/** Waits for a person, and notices what makes the question void meanwhile. */
export async function awaitApproval(parts: Parts, view: StepView): Promise<StepResult> {
  const { tenant, approvalId } = view.incident
  const approval =
    approvalId === undefined ? undefined : await parts.store.get('approval', tenant, approvalId, view.ctx)
  if (approval === undefined || approval.state !== 'open') return backToDeciding(parts, view, 'approval-gone')
  if (view.holder.on) return backToDeciding(parts, view, 'taken-over')
  if (view.firing === 0) return backToDeciding(parts, view, 'all-suppressed')
  if ((await unseenSymptoms(parts, view)).length > 0) return backToDeciding(parts, view, 'facts-changed')
  if (view.now >= approval.expiresAt) return expire(parts, view, approval)
  const answer = view.commands.find((command) => command.body.kind === 'approve' || command.body.kind === 'reject')
  if (answer !== undefined) return answered(parts, view, approval, answer)
  return waitFor(view, 'approval', approval.expiresAt)
}

async function answered(parts: Parts, view: StepView, approval: Approval, command: Command): Promise<StepResult> {
  const body = command.body
  if (body.kind !== 'approve' && body.kind !== 'reject') return {}
  if (body.approvalId !== approval.id) return { ...commandRefused(parts, command, 'approval-not-open'), dueAt: 'now' }
  const refusal = mayAnswer(approval, command.by, body)
  if (refusal !== undefined) return { ...commandRefused(parts, command, refusal.code), dueAt: 'now' }
  const reauthenticated = body.kind === 'approve' && body.reauthenticated
  if (body.kind === 'approve' && !reauthenticated) {
    const plan = await parts.store.get('plan', approval.tenant, approval.planId, view.ctx)
    if (needsProof(parts, approval, plan)) {
      return { ...commandRefused(parts, command, 'not-reauthenticated'), dueAt: 'now' }
    }
  }
  const { by, at, because } = command
  const answer = { kind: body.kind, by, reauthenticated, at, ...(because !== undefined && { because }) }
  const taken = await takeAnswer(parts, view, { ...approval, answers: [...approval.answers, answer] }, answer)
  return joinResults(commandDone(command), taken)
}

async function expire(parts: Parts, view: StepView, approval: Approval): Promise<StepResult> {
  const plan = await parts.store.get('plan', approval.tenant, approval.planId, view.ctx)
  const row = { ...approval, state: 'expired' as const }
  const entry = draft(
    parts,
    'approval-expired',
    { kind: 'incident', id: view.incident.id },
    { approval: approval.id, plan: approval.planId },
  )
  const expired: StepResult = {
    put: [{ kind: 'document', table: 'approval', row }],
    audit: [entry],
    next: { approvalId: undefined },
  }
  const reason = 'approval-expired'
  const missing = missingApprovers(approval.approvers, approval.answers)
  const because = approval.answers.length === 0 ? undefined : partWords(approval, missing)
  const facts = { to: 'escalated', reason, actions: plan?.actions ?? [], because } as const
  const notice = noticeOf(parts, view, 'page', { matter: `approval-expired-${approval.id}`, ...facts })
  // An answer that came too late, or too late to be looked at, waits: the next step refuses it.
  const moved = moveTo(parts, view, 'escalated', { reason, dueAt: 'now' })
  return joinResults(joinResults(expired, notice), moved)
}
