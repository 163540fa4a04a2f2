import { MendkitError, type ModelCallContext, type ModelName, type ModelUsage } from '@mendkit/core'
import { parseEvent, type WireEvent, type WireUsage } from './parse-event.ts'
import { grow, type ReplyBlock } from './reply-blocks.ts'

/** A reply that came in whole. */
export interface ReadReply {
  readonly model: string
  readonly blocks: readonly ReplyBlock[]
  readonly stopReason: string | undefined
  /** Why the provider refused, in its own words. */
  readonly explanation: string | undefined
  readonly usage: ModelUsage
}

/** Characters of a reply beyond which no model writes: more comes from something that is none. */
const maxReplyChars = 8_000_000

/**
 * Reads a streamed reply to its end and tells of it as it comes. Throws `unavailable` when it breaks off, `bad-response` for
 * what the protocol does not allow.
 */
export async function readReply(
  named: ModelName,
  events: AsyncIterable<unknown>,
  onProgress: ModelCallContext['onProgress'],
): Promise<ReadReply> {
  const reply = emptyReply(named.model)
  let chars = 0
  for await (const value of events) {
    const event = parseEvent(value)
    if (event === undefined) throw broken(named, 'sent an event that its protocol does not allow')
    chars += event.type === 'content_block_delta' ? lengthOf(event.delta) : 0
    if (chars > maxReplyChars) throw broken(named, `wrote more than ${maxReplyChars} characters`)
    if (event.type === 'message_stop') return finished(reply)
    if (!takeIn(reply, event)) throw broken(named, 'went on with a piece of a reply that had not begun')
    tell(event, onProgress)
  }
  throw new MendkitError('unavailable', `${named.provider}: the reply of ${named.model} broke off before its end`)
}

interface GrowingReply {
  model: string
  stopReason: string | undefined
  explanation: string | undefined
  readonly blocks: Map<number, ReplyBlock>
  readonly usage: WireUsage
}

function emptyReply(model: string): GrowingReply {
  return { model, stopReason: undefined, explanation: undefined, blocks: new Map(), usage: {} }
}

/** Adds what an event says; false when it goes on with what never began. */
function takeIn(reply: GrowingReply, event: WireEvent): boolean {
  switch (event.type) {
    case 'message_start':
      // A second beginning is one of a reply that another model took over: what was said before it counts no more.
      reply.blocks.clear()
      reply.model = event.message.model
      // What has been written stands in the last event; here it is a count of something that goes on.
      count(reply.usage, { ...event.message.usage, output_tokens: undefined })
      return true
    case 'content_block_start':
      if (event.content_block.type === 'fallback') reply.model = event.content_block.to.model
      reply.blocks.set(event.index, { ...event.content_block })
      return true
    case 'content_block_delta': {
      const block = reply.blocks.get(event.index)
      if (block !== undefined) grow(block, event.delta)
      return block !== undefined
    }
    case 'message_delta':
      reply.stopReason = event.delta.stop_reason ?? undefined
      reply.explanation = event.delta.stop_details?.explanation ?? undefined
      count(reply.usage, event.usage ?? {})
      return true
    case 'message_stop':
    case 'other':
      return true
  }
}

/** Counts are totals of the whole reply so far: a later one replaces an earlier one, and one that is not said replaces none. */
function count(usage: WireUsage, said: WireUsage): void {
  Object.assign(usage, Object.fromEntries(Object.entries(said).filter(([, value]) => value != null)))
}

function finished({ model, blocks, stopReason, explanation, usage }: GrowingReply): ReadReply {
  const ordered = [...blocks].toSorted(([one], [other]) => one - other).map(([, block]) => block)
  return { model, blocks: ordered, stopReason, explanation, usage: usageOf(usage) }
}

/** `inputTokens` is all that was read; Anthropic leaves out of its count what the cache had to do with. */
function usageOf(usage: WireUsage): ModelUsage {
  const { input_tokens: fresh, cache_read_input_tokens: cached, cache_creation_input_tokens: written } = usage
  const { output_tokens: outputTokens, output_tokens_details: details } = usage
  const counts = {
    inputTokens: fresh == null ? undefined : fresh + (cached ?? 0) + (written ?? 0),
    cachedInputTokens: cached ?? undefined,
    cacheWriteTokens: written ?? undefined,
    outputTokens: outputTokens ?? undefined,
    thinkingTokens: details?.thinking_tokens ?? undefined,
  }
  return Object.fromEntries(Object.entries(counts).filter(([, tokens]) => tokens !== undefined))
}

function tell(event: WireEvent, onProgress: ModelCallContext['onProgress']): void {
  if (event.type === 'content_block_start' && event.content_block.type === 'tool_use') {
    onProgress?.({ kind: 'tool-call', name: event.content_block.name })
  }
  if (event.type !== 'content_block_delta') return
  const { delta } = event
  if (delta.type === 'text_delta') onProgress?.({ kind: 'text', delta: delta.text })
  if (delta.type === 'thinking_delta') onProgress?.({ kind: 'thinking', delta: delta.thinking })
}

function lengthOf(delta: Extract<WireEvent, { type: 'content_block_delta' }>['delta']): number {
  switch (delta.type) {
    case 'text_delta':
      return delta.text.length
    case 'thinking_delta':
      return delta.thinking.length
    case 'input_json_delta':
      return delta.partial_json.length
    case 'signature_delta':
    case 'other':
      return 0
  }
}

function broken({ provider, model }: ModelName, what: string): MendkitError {
  return new MendkitError('bad-response', `${provider}: ${model} ${what}`)
}
