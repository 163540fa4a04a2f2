import type { PartialReason } from '../../model/diagnosis.ts'
import type { ModelMessage, ModelReply, ModelRequest } from '../../model/model-call.ts'
import type { Redacted } from '../../model/redacted.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Investigation, ModelAnswer } from '../../ports/investigation.ts'
import type { LanguageModel } from '../../ports/language-model.ts'
import { redact } from '../../redact/redact.ts'
import { redactObject } from '../../redact/redact-json.ts'
import type { Board } from './board.ts'
import { instructions } from './instructions.ts'
import { outputSchema } from './output-schema.ts'
import type { ToolDesk } from './tool-desk.ts'

/** What a conversation is led with. */
export interface Talk {
  readonly model: LanguageModel
  readonly investigation: Investigation
  readonly board: Board
  readonly desk: ToolDesk
  readonly maxTurns: number
  readonly maxOutputTokens: number
  readonly ctx: CallContext
}

/** How a conversation ended. */
export type Ending =
  | {
      readonly kind: 'answered'
      readonly reply: ModelReply
      /** All turns but the reply. */
      readonly messages: readonly ModelMessage[]
      /** Set when it was made to answer. */
      readonly partial?: PartialReason
    }
  | { readonly kind: 'stopped'; readonly partial: PartialReason }

/** Lets a model read until it answers, or until it must: in its last turn there is nothing left to call. */
export async function converse(talk: Talk, question: Redacted): Promise<Ending> {
  const { desk, maxTurns, ctx } = talk
  let messages: readonly ModelMessage[] = [{ role: 'user', text: question }]
  for (let turn = 1; ; turn += 1) {
    const mustAnswer = turn >= maxTurns
    const answer = await askModel(talk, messages, mustAnswer)
    if (answer.kind === 'spent') return { kind: 'stopped', partial: answer.budget }
    const { reply } = answer
    if (reply.content.kind !== 'tool-calls' || mustAnswer) {
      return { kind: 'answered', reply, messages, ...(mustAnswer && turn > 1 && { partial: 'turns' as const }) }
    }
    const results = await desk.answer(reply.content.calls, ctx)
    messages = [...messages, said(reply), { role: 'tool', results }]
  }
}

/** One call. What may be pointed at is whatever was shown by now. */
export function askModel(
  { model, investigation, board, desk, maxOutputTokens, ctx }: Omit<Talk, 'maxTurns'>,
  messages: readonly ModelMessage[],
  mustAnswer: boolean,
): Promise<ModelAnswer> {
  const tools = mustAnswer || !model.capabilities.tools ? [] : desk.offered()
  const request: ModelRequest = {
    instructions,
    messages,
    tools,
    toolChoice: tools.length === 0 ? 'none' : 'auto',
    maxOutputTokens,
    output: outputSchema({
      handles: board.handles.given(),
      actions: investigation.catalogue.map(({ type }) => type),
    }),
  }
  return investigation.ask(model, request, ctx)
}

/** A reply as it is given back. */
export function said({ content, continuation }: ModelReply): ModelMessage {
  const text = content.kind === 'object' ? JSON.stringify(content.object) : content.text
  const calls = content.kind === 'tool-calls' ? content.calls : []
  return {
    role: 'assistant',
    text: redact(text),
    toolCalls: calls.map(({ id, name, input }) => ({ id, name, input: redactObject(input ?? {}) })),
    ...(continuation && { continuation }),
  }
}
