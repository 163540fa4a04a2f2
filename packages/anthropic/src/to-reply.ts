import type { ModelContent, ModelName, ModelReply, ModelRequest, ModelUsage } from '@mendkit/core'
import { continuationOf } from './continuation.ts'
import type { ReadReply } from './read-reply.ts'
import { callsOf, parseObject, type ReplyBlock, textOf } from './reply-blocks.ts'

/** What was asked, as far as the reply depends on it. */
export interface Asked {
  readonly named: ModelName
  readonly output: ModelRequest['output']
  /** Whether the object is asked for by a tool of the output's name. */
  readonly byTool: boolean
  /** What was left out of the request. */
  readonly warnings: readonly string[]
}

/** Says a whole reply in the words of the port. */
export function toReply(read: ReadReply, asked: Asked, requestId: string | undefined): ModelReply {
  const { blocks, usage, model } = read
  const { provider } = asked.named
  const content = contentOf(read, asked)
  const { finish, odd } = finishOf(read, content)
  const continuation = continuationOf(provider, blocks)
  return {
    content,
    finish,
    usage,
    warnings: [...asked.warnings, ...odd, ...leftOut(blocks), ...unreadable(content), ...uncounted(usage)],
    answeredBy: { provider, model },
    ...(requestId !== undefined && { requestId }),
    ...(continuation !== undefined && { continuation }),
  }
}

function contentOf({ blocks, stopReason, explanation }: ReadReply, { output, byTool }: Asked): ModelContent {
  const text = textOf(blocks)
  // What was written before a refusal is not to be used; the provider says so.
  if (stopReason === 'refusal') return { kind: 'refusal', text: explanation ?? text }
  const isAnswer = (block: ReplyBlock) => byTool && block.type === 'tool_use' && block.name === output?.name
  const calls = callsOf(blocks.filter((block) => !isAnswer(block)))
  if (calls.length > 0) return { kind: 'tool-calls', calls, text }
  if (output === undefined) return { kind: 'text', text }
  const answer = blocks.find(isAnswer)
  const object = answer === undefined ? parseObject(text) : callsOf([answer])[0]?.input
  if (object !== undefined) return { kind: 'object', object }
  return { kind: 'text', text: answer?.json ?? text }
}

function finishOf({ stopReason }: ReadReply, content: ModelContent): { finish: ModelReply['finish']; odd: string[] } {
  const ended = content.kind === 'tool-calls' ? 'tool-calls' : 'stop'
  switch (stopReason ?? 'none') {
    case 'refusal':
      return { finish: 'refusal', odd: [] }
    case 'max_tokens':
      return { finish: 'length', odd: [] }
    case 'model_context_window_exceeded':
      return { finish: 'length', odd: ['the context of the model was full before the reply was complete'] }
    case 'pause_turn':
      return { finish: 'length', odd: ['the provider paused in the middle of the reply'] }
    case 'end_turn':
    case 'stop_sequence':
    case 'tool_use':
      return { finish: ended, odd: [] }
    default:
      return { finish: ended, odd: [`the reply ended for a reason that is not known here: ${stopReason ?? 'none'}`] }
  }
}

function leftOut(blocks: readonly ReplyBlock[]): readonly string[] {
  const names = new Set(blocks.flatMap((block) => (block.type === 'other' ? [block.name] : [])))
  return [...names].map((name) => `left out of the reply: a part of the kind ${name}`)
}

function unreadable(content: ModelContent): readonly string[] {
  if (content.kind !== 'tool-calls') return []
  return content.calls.flatMap(({ input, name }) =>
    input === undefined ? [`the input of a call of ${name} is no JSON object`] : [],
  )
}

function uncounted({ inputTokens, outputTokens }: ModelUsage): readonly string[] {
  return inputTokens === undefined || outputTokens === undefined
    ? ['the provider did not tell its usage of tokens']
    : []
}
