import { z } from 'zod'
import { noProtocol } from './failed-call.ts'

const reasoning = z.object({
  type: z.literal('reasoning'),
  id: z.string(),
  summary: z.array(z.object({ type: z.literal('summary_text'), text: z.string() })).catch([]),
  encrypted_content: z.string().nullish(),
})
const message = z.object({
  type: z.literal('message'),
  phase: z.enum(['commentary', 'final_answer']).nullish().catch(undefined),
  content: z.array(
    z.union([
      z.object({ type: z.literal('output_text'), text: z.string() }),
      z.object({ type: z.literal('refusal'), refusal: z.string() }),
    ]),
  ),
})
const call = z.object({
  type: z.literal('function_call'),
  call_id: z.string().min(1),
  name: z.string().min(1),
  arguments: z.string(),
})
const ours = new Set(['reasoning', 'message', 'function_call'])
/** What tools of the provider itself did: nothing of it is asked for, so it is passed by. */
const other = z
  .object({ type: z.string().refine((type) => !ours.has(type)) })
  .transform(() => ({ type: 'other' as const }))
const item = z.union([reasoning, message, call, other])

const count = z.int().min(0)
const usage = z.object({
  input_tokens: count,
  input_tokens_details: z.object({ cached_tokens: count.nullish() }).nullish(),
  output_tokens: count,
  output_tokens_details: z.object({ reasoning_tokens: count.nullish() }).nullish(),
})
const response = z.object({
  id: z.string().nullish(),
  incomplete_details: z.object({ reason: z.string().nullish() }).nullish(),
  error: z.unknown().optional(),
  output: z.array(item).nullish(),
  usage: usage.nullish(),
})

const event = z.discriminatedUnion('type', [
  z.object({ type: z.literal('response.output_text.delta'), delta: z.string() }),
  z.object({ type: z.literal('response.refusal.delta'), delta: z.string() }),
  z.object({ type: z.literal('response.reasoning_summary_text.delta'), delta: z.string() }),
  z.object({ type: z.literal('response.reasoning_text.delta'), delta: z.string() }),
  z.object({
    type: z.literal('response.output_item.added'),
    item: z.looseObject({ type: z.string(), name: z.string().optional().catch(undefined) }),
  }),
  z.object({ type: z.literal('response.output_item.done'), output_index: z.int().min(0).max(10_000), item }),
  z.object({ type: z.literal('response.completed'), response }),
  z.object({ type: z.literal('response.incomplete'), response }),
  z.object({ type: z.literal('response.failed'), response }),
])
const known = new Set<string>(event.options.map((option) => option.shape.type.value))

/** An event of a streamed response that matters here. */
export type ResponsesEvent = z.infer<typeof event>
/** One item of what a model answered. */
export type OutputItem = z.infer<typeof item>
/** A response as its last event tells it. */
export type EndedResponse = z.infer<typeof response>

/** Reads an event; undefined for one of a kind that does not matter. Throws for one that is not what its kind must be. */
export function parseResponsesEvent(value: unknown): ResponsesEvent | undefined {
  const type = z.object({ type: z.string() }).safeParse(value)
  if (!type.success) throw noProtocol('answers what is no event of the Responses API')
  if (!known.has(type.data.type)) return undefined
  const parsed = event.safeParse(value)
  if (parsed.success) return parsed.data
  const path = parsed.error.issues[0]?.path.join('.') ?? ''
  throw noProtocol(`answers an event ${type.data.type} whose \`${path}\` is not as the Responses API says`)
}
