import type { PartialReason } from '../../model/diagnosis.ts'
import type { ModelMessage, ModelReply } from '../../model/model-call.ts'
import type { Redacted } from '../../model/redacted.ts'
import type { Analysis } from '../../ports/analysis.ts'
import { message } from '../../redact/message.ts'
import { redact } from '../../redact/redact.ts'
import { askModel, said, type Talk } from './converse.ts'
import { type Judged, judge } from './judge.ts'
import { type ModelAnswerDraft, parseAnswer } from './parse-answer.ts'

/** Violations that are told; a model that breaks more rules starts with these. */
const mostTold = 20

/** An answer with what of it holds. */
interface Weighed {
  readonly answer: ModelAnswerDraft | undefined
  readonly judged: Judged
  readonly wasCut: boolean
}

/**
 * Makes an analysis of a reply. What does not hold is told back once, exactly; of a second answer that does not hold either,
 * what does is kept, nothing is proposed, and a person must look.
 */
export async function conclude(
  talk: Talk,
  { reply, messages }: { readonly reply: ModelReply; readonly messages: readonly ModelMessage[] },
  partial: PartialReason | undefined,
): Promise<Analysis> {
  if (reply.content.kind === 'refusal') return refusedToAnswer()
  const first = await weigh(talk, reply)
  if (first.judged.violations.length === 0) return analysisOf(first, partial)
  const again = await askModel(talk, [...messages, ...complaint(reply, first.judged.violations)], true)
  if (again.kind === 'spent') return soundPart(first, again.budget)
  if (again.reply.content.kind === 'refusal') return soundPart(first, 'model-failed')
  const second = await weigh(talk, again.reply)
  if (second.judged.violations.length === 0) return analysisOf(second, partial)
  const better = second.judged.hypotheses.length > 0 ? second : first
  return soundPart(better, second.wasCut ? 'reply-cut' : 'reply-invalid')
}

async function weigh({ investigation, board }: Talk, reply: ModelReply): Promise<Weighed> {
  const wasCut = reply.finish === 'length'
  const parsed = parseAnswer(reply)
  if ('problem' in parsed) {
    return { answer: undefined, wasCut, judged: { hypotheses: [], actions: [], violations: [parsed.problem] } }
  }
  return { answer: parsed.answer, wasCut, judged: await judge(parsed.answer, investigation, board) }
}

/** The reply, and what is wrong with it. A reply that called tools when there were none is told in words alone. */
function complaint(reply: ModelReply, violations: readonly string[]): readonly ModelMessage[] {
  const told = violations.slice(0, mostTold).map((each) => `- ${each}`)
  const text = message`Your answer does not hold:
${told.join('\n')}
Answer once more, in the same form, with all of this put right. Leave out what you cannot support.`
  const before = said({ ...reply, content: withoutCalls(reply.content) })
  const hasWords = before.role === 'assistant' && before.text.trim() !== ''
  return hasWords ? [before, { role: 'user', text }] : [{ role: 'user', text }]
}

function withoutCalls(content: ModelReply['content']): ModelReply['content'] {
  return content.kind === 'tool-calls' ? { kind: 'text', text: content.text } : content
}

function analysisOf({ answer, judged }: Weighed, partial: PartialReason | undefined): Analysis {
  const { hypotheses } = judged
  const unresolved = answer?.unresolved ?? true
  return {
    hypotheses,
    // Who does not know the cause proposes nothing against it.
    actions: unresolved ? [] : judged.actions,
    handOver: unresolved && hypotheses.length > 0,
    unknowns: unknownsOf(answer),
    ...(partial !== undefined && { partial }),
  }
}

/** What holds of an answer that as a whole does not: it explains, but nothing is done about it. */
function soundPart({ answer, judged }: Weighed, partial: PartialReason): Analysis {
  const { hypotheses } = judged
  return { hypotheses, actions: [], handOver: hypotheses.length > 0, unknowns: unknownsOf(answer), partial }
}

function refusedToAnswer(): Analysis {
  return { hypotheses: [], actions: [], unknowns: ['the model refused to answer'], partial: 'model-failed' }
}

function unknownsOf(answer: ModelAnswerDraft | undefined): readonly Redacted[] {
  return (answer?.unknowns ?? []).filter((each) => each.trim() !== '').map((each) => redact(each))
}
