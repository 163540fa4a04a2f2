import { z } from 'zod'

const count = z.int().min(0).nullish()

/** Tokens as the Messages API counts them: what was read from and written to a cache is not in `input_tokens`. */
const usage = z.object({
  input_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
  output_tokens: count,
  output_tokens_details: z.object({ thinking_tokens: count }).nullish(),
})

/** Tokens as an event tells them. */
export type WireUsage = z.output<typeof usage>

const block = z.union([
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('thinking'), thinking: z.string(), signature: z.string().default('') }),
  z.object({ type: z.literal('redacted_thinking'), data: z.string() }),
  z.object({ type: z.literal('tool_use'), id: z.string(), name: z.string(), input: z.unknown() }),
  z.object({ type: z.literal('fallback'), to: z.object({ model: z.string() }) }),
  otherThan('text', 'thinking', 'redacted_thinking', 'tool_use', 'fallback'),
])

/** A piece of a reply as it begins. `other`: what only tools that run at Anthropic say. */
export type WireBlock = z.output<typeof block>

const delta = z.union([
  z.object({ type: z.literal('text_delta'), text: z.string() }),
  z.object({ type: z.literal('thinking_delta'), thinking: z.string() }),
  z.object({ type: z.literal('signature_delta'), signature: z.string() }),
  z.object({ type: z.literal('input_json_delta'), partial_json: z.string() }),
  otherThan('text_delta', 'thinking_delta', 'signature_delta', 'input_json_delta'),
])

/** How a piece goes on. */
export type WireDelta = z.output<typeof delta>

const event = z.union([
  z.object({
    type: z.literal('message_start'),
    message: z.object({ model: z.string(), usage: usage.nullish() }),
  }),
  z.object({ type: z.literal('content_block_start'), index: z.int().min(0), content_block: block }),
  z.object({ type: z.literal('content_block_delta'), index: z.int().min(0), delta }),
  z.object({
    type: z.literal('message_delta'),
    delta: z.object({
      stop_reason: z.string().nullish(),
      stop_details: z.object({ explanation: z.string().nullish() }).nullish(),
    }),
    usage: usage.nullish(),
  }),
  z.object({ type: z.literal('message_stop') }),
  otherThan('message_start', 'content_block_start', 'content_block_delta', 'message_delta', 'message_stop'),
])

/** An event of a streamed reply. `other`: one that adds nothing to the reply. */
export type WireEvent = z.output<typeof event>

/** Reads one event; undefined for what the protocol does not allow. What has a type that is not known here is `other`. */
export function parseEvent(value: unknown): WireEvent | undefined {
  return event.safeParse(value).data
}

/** Anything with another type than these. */
function otherThan(...known: readonly string[]) {
  return z
    .object({ type: z.string().refine((type) => !known.includes(type)) })
    .transform(({ type }) => ({ type: 'other' as const, name: type }))
}
