import type { ModelProgress, ModelRequest } from '@mendkit/core'
import { chatContinuation } from './continuation.ts'
import { endedEarly } from './failed-call.ts'
import { type ChatChunk, parseChatChunk } from './parse-chat-chunk.ts'
import { type CollectedReply, contentOf, type Setting, usageMissing, usageOf, type Written } from './reply.ts'

type Delta = NonNullable<NonNullable<ChatChunk['choices']>[number]['delta']>
type CallDelta = NonNullable<Delta['tool_calls']>[number]

/** Collects a streamed chat completion. Of several choices, which nobody asks for, the first counts. */
export async function chatReply(
  setting: Setting,
  events: AsyncIterable<unknown>,
  request: ModelRequest,
  told: (progress: ModelProgress) => void,
): Promise<CollectedReply> {
  let [text, refusal, thinking] = ['', '', '']
  let finish: string | undefined
  let usage: ChatChunk['usage']
  let id: string | undefined
  const calls = toolCalls(told)
  for await (const value of events) {
    const chunk = parseChatChunk(value)
    usage = chunk.usage ?? usage
    id ??= chunk.id || undefined
    const choice = chunk.choices?.find(({ index }) => (index ?? 0) === 0)
    finish = choice?.finish_reason ?? finish
    const { delta } = choice ?? {}
    const thought = delta?.reasoning_content || delta?.reasoning || ''
    if (thought !== '') told({ kind: 'thinking', delta: thought })
    const said = delta?.content || delta?.refusal || ''
    if (said !== '') told({ kind: 'text', delta: said })
    thinking += thought
    text += delta?.content ?? ''
    refusal += delta?.refusal ?? ''
    for (const call of delta?.tool_calls ?? []) calls.add(call)
  }
  if (finish === undefined || brokenOff.has(finish)) throw endedEarly()
  const continuation = chatContinuation(setting, thinking)
  return {
    ...contentOf({ text, refusal, calls: calls.all(), end: endOf(finish) }, request),
    usage: usageOf({
      inputTokens: usage?.prompt_tokens,
      cachedInputTokens: usage?.prompt_tokens_details?.cached_tokens,
      cacheWriteTokens: undefined,
      outputTokens: usage && writtenTokens(usage),
      thinkingTokens: usage?.completion_tokens_details?.reasoning_tokens,
    }),
    warnings: usage ? [] : [usageMissing],
    ...(id !== undefined && { requestId: id }),
    ...(continuation !== undefined && { continuation }),
  }
}

/** Ends of compatible servers that could not go on. */
const brokenOff = new Set(['error', 'abort', 'insufficient_system_resource'])

function endOf(finish: string): Written['end'] {
  if (finish === 'length') return 'length'
  return finish === 'content_filter' ? 'filter' : 'stop'
}

/** Some servers count thinking beside what is written, yet all of them count it in the total. */
function writtenTokens({ prompt_tokens, completion_tokens, total_tokens }: NonNullable<ChatChunk['usage']>): number {
  return Math.max(completion_tokens, (total_tokens ?? 0) - prompt_tokens)
}

/** Puts calls together. Servers number them from any number on; some give no number, and a new id for every call. */
function toolCalls(told: (progress: ModelProgress) => void) {
  const byPlace = new Map<number, { id: string; name: string; input: string }>()
  let last = -1
  return {
    add({ index, id, function: asked }: CallDelta): void {
      const isNew = index == null && id != null && byPlace.get(last)?.id !== id
      const at = index ?? (isNew ? last + 1 : Math.max(last, 0))
      last = at
      const before = byPlace.get(at) ?? { id: '', name: '', input: '' }
      const name = before.name || (asked?.name ?? '')
      if (before.name === '' && name !== '') told({ kind: 'tool-call', name })
      byPlace.set(at, { id: before.id || (id ?? ''), name, input: before.input + (asked?.arguments ?? '') })
    },
    /** In their order; a server that gives no ids gets some, so that results can be told apart. */
    all(): Written['calls'] {
      const found = [...byPlace].sort(([one], [other]) => one - other)
      return found.map(([at, call]) => ({ ...call, id: call.id === '' ? `call_${at}` : call.id }))
    },
  }
}
