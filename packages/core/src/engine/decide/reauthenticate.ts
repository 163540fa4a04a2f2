import type { Approval } from '../../model/approval.ts'
import { higherRisk, type Plan, type PlannedAction, type Risk } from '../../model/plan.ts'
import type { CallContext } from '../../ports/context.ts'
import type { ReauthenticationQuestion } from '../../ports/reauthenticate.ts'
import { message } from '../../redact/message.ts'
import { callPort } from '../call.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import type { AnswerRefusal } from './may-answer.ts'

/** The highest risk of a plan's actions. A plan that is gone, or has none, counts as high. */
export function planRisk(plan: Pick<Plan, 'actions'> | undefined): Risk {
  const [first, ...rest] = plan?.actions ?? []
  return rest.reduce((risk, action) => higherRisk(risk, action.risk), first?.risk ?? 'high')
}

/** Whether this host wants proof from whoever approves these actions. */
export function demandsProof(parts: Parts, actions: readonly PlannedAction[]): boolean {
  return parts.reauthenticate !== undefined && planRisk({ actions }) === 'high'
}

/**
 * Whether an approval counts only with proof. What was demanded when it was asked stays demanded, also by a process that
 * does not know the host's hook; a host that demands more by now gets it.
 */
export function needsProof(parts: Parts, approval: Approval, plan: Plan | undefined): boolean {
  return approval.proofNeeded || plan?.proofNeeded === true || demandsProof(parts, plan?.actions ?? [])
}

/** Asks the host whether the person is who it seems. Undefined when the answer may count. */
export async function refusedByHost(
  parts: Parts,
  question: ReauthenticationQuestion,
  ctx: CallContext,
): Promise<AnswerRefusal | undefined> {
  const { reauthenticate } = parts
  if (reauthenticate === undefined) return unprovable(question.approval)
  try {
    const answer: unknown = await callPort(parts, 'reauthenticate', ctx, async (call) => reauthenticate(question, call))
    if (answer === true) return undefined
  } catch (error) {
    ctx.signal.throwIfAborted()
    const told = describeFailure(`reauthenticate failed for approval ${question.approval} and so refuses`, error)
    parts.log.error(withoutProof(told, question.proof))
  }
  const { by, approval } = question
  const because = message`${by.id} could not be confirmed, as approval ${approval} of high risk needs; prove it again`
  return { code: 'not-reauthenticated', because }
}

function unprovable(approval: string): AnswerRefusal {
  const because = message`approval ${approval} needs proof of who approves it, which cannot be checked here: approve it on the approval page of the host that asked, or through the approvals of a Mendkit with settings.reauthenticate; rejecting it needs no proof`
  return { code: 'not-reauthenticated', because }
}

/** A failing hook may repeat what it was given. */
function withoutProof(text: string, proof: string | undefined) {
  return message`${proof === undefined || proof === '' ? text : text.replaceAll(proof, '[redacted:proof]')}`
}
