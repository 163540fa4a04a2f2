import type { ModelContinuation } from '@mendkit/core'
import { z } from 'zod'
import type { ContentBlockParam } from './client.ts'
import type { ReplyBlock } from './reply-blocks.ts'

/**
 * The pieces of a turn in order: thinking as it came, since its signature covers it, and where the turn's text and tool calls
 * stood, since those are given back as they were redacted.
 */
const turn = z.object({
  form: z.literal('anthropic-messages'),
  blocks: z.array(
    z.discriminatedUnion('type', [
      z.object({ type: z.literal('thinking'), thinking: z.string(), signature: z.string() }),
      z.object({ type: z.literal('redacted_thinking'), data: z.string() }),
      z.object({ type: z.literal('text') }),
      z.object({ type: z.literal('tool_use'), id: z.string() }),
    ]),
  ),
})

type TurnBlock = z.output<typeof turn>['blocks'][number]

/** What must be given back with a turn; undefined when nothing must. */
export function continuationOf(provider: string, blocks: readonly ReplyBlock[]): ModelContinuation | undefined {
  const kept = blocks.flatMap(placeOf)
  if (!kept.some(({ type }) => type === 'thinking' || type === 'redacted_thinking')) return undefined
  return { provider, data: { form: 'anthropic-messages', blocks: kept } }
}

function placeOf(block: ReplyBlock): readonly TurnBlock[] {
  switch (block.type) {
    case 'thinking':
      return [{ type: 'thinking', thinking: block.thinking, signature: block.signature }]
    case 'redacted_thinking':
      return [{ type: 'redacted_thinking', data: block.data }]
    case 'text':
      return [{ type: 'text' }]
    case 'tool_use':
      return [{ type: 'tool_use', id: block.id }]
    case 'fallback':
    case 'other':
      return []
  }
}

/** Puts a turn together again: its thinking unchanged, with text and calls where they stood. */
export function resumed(
  continuation: ModelContinuation | undefined,
  provider: string,
  text: ContentBlockParam | undefined,
  calls: ReadonlyMap<string, ContentBlockParam>,
): readonly ContentBlockParam[] {
  const told = text === undefined ? [] : [text]
  const known = continuation?.provider === provider ? turn.safeParse(continuation.data).data : undefined
  if (known === undefined) return [...told, ...calls.values()]
  const left = new Map(calls)
  const placed = known.blocks.flatMap((block): readonly ContentBlockParam[] => {
    if (block.type === 'text') return told.splice(0)
    if (block.type !== 'tool_use') return [block]
    const call = left.get(block.id)
    left.delete(block.id)
    return call === undefined ? [] : [...told.splice(0), call]
  })
  return [...placed, ...told, ...left.values()]
}
