import type { JsonObject, ModelContinuation } from '@mendkit/core'
import { z } from 'zod'
import type { AssistantContent } from './client.ts'
import type { ReplyBlock } from './collect-reply.ts'

const metadata = z.record(z.string(), z.record(z.string(), z.json())).optional()

/**
 * The pieces of a turn in order: reasoning as it came, and where the turn's text and tool calls stood, each with what only its
 * provider understands. Text and calls are given back as they were redacted.
 */
const turn = z.object({
  form: z.literal('ai-sdk'),
  of: z.string(),
  blocks: z.array(
    z.discriminatedUnion('type', [
      z.object({ type: z.literal('reasoning'), text: z.string(), metadata }),
      z.object({ type: z.literal('text'), metadata }),
      z.object({ type: z.literal('call'), id: z.string(), metadata }),
    ]),
  ),
})

type TurnBlock = z.output<typeof turn>['blocks'][number] & JsonObject
type Piece = AssistantContent[number]

/** What must be given back with a turn; undefined when nothing must. `of` is the AI SDK's own name of the provider. */
export function continuationOf(
  provider: string,
  of: string,
  blocks: readonly ReplyBlock[],
): ModelContinuation | undefined {
  if (!blocks.some((block) => block.type === 'reasoning' || block.metadata !== undefined)) return undefined
  const kept = blocks.map((block): TurnBlock => {
    const told = block.metadata === undefined ? {} : { metadata: block.metadata }
    if (block.type === 'reasoning') return { type: 'reasoning', text: block.text, ...told }
    return block.type === 'text' ? { type: 'text', ...told } : { type: 'call', id: block.id, ...told }
  })
  return { provider, data: { form: 'ai-sdk', of, blocks: kept } }
}

/** Puts a turn together again: its reasoning unchanged, with text and calls where they stood. */
export function resumed(
  continuation: ModelContinuation | undefined,
  provider: string,
  of: string,
  text: Piece | undefined,
  calls: ReadonlyMap<string, Piece>,
): AssistantContent {
  const told = text === undefined ? [] : [text]
  const known = continuation?.provider === provider ? turn.safeParse(continuation.data).data : undefined
  if (known?.of !== of) return [...told, ...calls.values()]
  const left = new Map(calls)
  const placed = known.blocks.flatMap((block): readonly Piece[] => {
    const kept = block.metadata === undefined ? {} : { providerOptions: block.metadata }
    if (block.type === 'reasoning') return [{ type: 'reasoning', text: block.text, ...kept }]
    if (block.type === 'text') return told.splice(0).map((piece) => ({ ...piece, ...kept }))
    const call = left.get(block.id)
    left.delete(block.id)
    return call === undefined ? [] : [...told.splice(0), { ...call, ...kept }]
  })
  return [...placed, ...told, ...left.values()]
}
