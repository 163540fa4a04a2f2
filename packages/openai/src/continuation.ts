import type { Json, ModelContinuation } from '@mendkit/core'
import { z } from 'zod'
import type { OutputItem } from './parse-responses-event.ts'
import type { Setting } from './reply.ts'

const thought = z.strictObject({
  type: z.literal('reasoning'),
  id: z.string(),
  summary: z.array(z.strictObject({ type: z.literal('summary_text'), text: z.string() })),
  encrypted_content: z.string(),
})
/** Where text and calls stood. Their words come from the turn itself, where they have passed the redactor. */
const place = z.discriminatedUnion('type', [
  thought,
  z.strictObject({ type: z.literal('message'), phase: z.enum(['commentary', 'final_answer']).optional() }),
  z.strictObject({ type: z.literal('function_call'), call_id: z.string() }),
])
const kept = z.strictObject({ api: z.literal('responses'), place: z.string(), items: z.array(place) })
const keptChat = z.strictObject({ api: z.literal('chat'), place: z.string(), reasoning: z.string() })

/** One item of a turn, in its place. */
export type KeptItem = z.infer<typeof place>

/** What must come back with this turn; undefined when nothing of it is sealed. */
export function continuationOf(
  { provider, place: at }: Setting,
  items: readonly OutputItem[],
): ModelContinuation | undefined {
  const order = items.flatMap((item): KeptItem[] => {
    if (item.type === 'reasoning') {
      const { type, id, summary, encrypted_content } = item
      return typeof encrypted_content === 'string' ? [{ type, id, summary, encrypted_content }] : []
    }
    if (item.type === 'message') return [{ type: 'message', ...(item.phase && { phase: item.phase }) }]
    return item.type === 'function_call' ? [{ type: 'function_call', call_id: item.call_id }] : []
  })
  if (!order.some((item) => item.type === 'reasoning' || (item.type === 'message' && item.phase !== undefined)))
    return undefined
  const data: z.infer<typeof kept> = { api: 'responses', place: at, items: order }
  return { provider, data: data as Json }
}

/** The items of a turn that this model, at this place, made itself. */
export function keptItems(
  { provider, place: at }: Setting,
  continuation: ModelContinuation | undefined,
): readonly KeptItem[] {
  const parsed = continuation?.provider === provider ? kept.safeParse(continuation.data) : undefined
  return parsed?.success && parsed.data.place === at ? parsed.data.items : []
}

/** What a chat completion thought before its turn. */
export function chatContinuation(
  { provider, place: at, keepReasoning = false }: Setting,
  reasoning: string,
): ModelContinuation | undefined {
  if (!keepReasoning || reasoning === '') return undefined
  const data: z.infer<typeof keptChat> = { api: 'chat', place: at, reasoning }
  return { provider, data }
}

/** What this model thought before this turn, as it told it. */
export function keptReasoning(
  { provider, place: at }: Setting,
  continuation: ModelContinuation | undefined,
): string | undefined {
  const parsed = continuation?.provider === provider ? keptChat.safeParse(continuation.data) : undefined
  return parsed?.success && parsed.data.place === at ? parsed.data.reasoning : undefined
}
