import { higherRisk, type Plan, type Risk } from '../../model/plan.ts'
import type { CallContext } from '../../ports/context.ts'
import type { ReauthenticationQuestion } from '../../ports/reauthenticate.ts'
import { message } from '../../redact/message.ts'
import { callPort } from '../call.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import type { AnswerRefusal } from './may-answer.ts'

/** The highest risk of a plan's actions. A plan that is gone, or has none, counts as high. */
export function planRisk(plan: Plan | undefined): Risk {
  const [first, ...rest] = plan?.actions ?? []
  return rest.reduce((risk, action) => higherRisk(risk, action.risk), first?.risk ?? 'high')
}

/** Asks the host whether the person is who it seems, for plans of high risk. Undefined when the answer may count. */
export async function refusedByHost(
  parts: Parts,
  question: ReauthenticationQuestion,
  ctx: CallContext,
): Promise<AnswerRefusal | undefined> {
  const { reauthenticate } = parts
  if (reauthenticate === undefined || question.risk !== 'high') return undefined
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

/** A failing hook may repeat what it was given. */
function withoutProof(text: string, proof: string | undefined) {
  return message`${proof === undefined || proof === '' ? text : text.replaceAll(proof, '[redacted:proof]')}`
}
