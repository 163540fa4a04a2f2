import { MendkitError, type ModelCallContext, type ModelUsage } from '@mendkit/core'
import { type Part, type PartMetadata, type PartUsage, parsePart } from './parse-part.ts'

/** A piece of a reply. */
export type ReplyBlock = { readonly id: string; metadata?: PartMetadata } & (
  | { readonly type: 'text' | 'reasoning'; text: string }
  | { readonly type: 'call'; readonly name: string; json: string }
)

/** A reply that came in whole. */
export interface CollectedReply {
  blocks: readonly ReplyBlock[]
  finish: { readonly unified: string; readonly raw?: string | null | undefined }
  usage: ModelUsage
  model?: string
  responseId?: string
  warnings: readonly string[]
}

interface Collecting extends Omit<CollectedReply, 'finish'> {
  readonly blocks: ReplyBlock[]
  readonly warnings: string[]
  finish?: CollectedReply['finish']
}

/** Characters of a reply beyond which no model writes: more comes from something that is none. */
const maxReplyChars = 8_000_000

/** Reads a streamed reply to its end and tells of it as it comes. `failed` makes an error of what the provider says went wrong. */
export async function collectReply(
  who: string,
  parts: AsyncIterable<unknown>,
  onProgress: ModelCallContext['onProgress'],
  failed: (error: unknown) => Error,
): Promise<CollectedReply> {
  const reply: Collecting = { blocks: [], warnings: [], usage: {} }
  let chars = 0
  for await (const value of parts) {
    const part = parsePart(value)
    if (part === undefined)
      throw new MendkitError('bad-response', `${who} sent a part that is not as the AI SDK has it`)
    if (part.type === 'error') throw failed(part.error)
    if ('delta' in part) chars += part.delta.length
    if (chars > maxReplyChars)
      throw new MendkitError('bad-response', `${who} wrote more than ${maxReplyChars} characters`)
    takeIn(reply, part)
    tell(part, onProgress)
  }
  const { finish, ...rest } = reply
  if (finish === undefined || endedEarly(finish)) {
    throw new MendkitError('unavailable', `the reply of ${who} broke off before its end`)
  }
  return { ...rest, finish }
}

/** A provider whose stream ends without a reason for it has not heard the end. */
function endedEarly({ unified, raw }: CollectedReply['finish']): boolean {
  return unified === 'interrupted' || unified === 'error' || (unified === 'other' && raw == null)
}

function takeIn(reply: Collecting, part: Exclude<Part, { type: 'error' }>): void {
  switch (part.type) {
    case 'stream-start':
      reply.warnings.push(...part.warnings)
      return
    case 'response-metadata':
      if (part.modelId !== undefined) reply.model = part.modelId
      if (part.id !== undefined) reply.responseId = part.id
      return
    case 'text-start':
    case 'text-delta':
    case 'text-end':
      takeWords(reply, 'text', part)
      return
    case 'reasoning-start':
    case 'reasoning-delta':
    case 'reasoning-end':
      takeWords(reply, 'reasoning', part)
      return
    case 'tool-input-start':
      if (part.providerExecuted !== true) callOf(reply, part.id, part.toolName)
      return
    case 'tool-input-delta': {
      const call = reply.blocks.find((block) => block.type === 'call' && block.id === part.id)
      if (call?.type === 'call') call.json += part.delta
      return
    }
    case 'tool-call': {
      if (part.providerExecuted === true) {
        reply.warnings.push(`left out of the reply: what ${part.toolName} did at the provider`)
        return
      }
      const call = callOf(reply, part.toolCallId, part.toolName)
      call.json = part.input
      if (part.providerMetadata !== undefined) call.metadata = part.providerMetadata
      return
    }
    case 'finish':
      reply.finish = part.finishReason
      reply.usage = usageOf(part.usage)
      return
    case 'other':
  }
}

type Words = Extract<Part, { type: `${'text' | 'reasoning'}-${'start' | 'delta' | 'end'}` }>

function takeWords(reply: Collecting, type: 'text' | 'reasoning', part: Words): void {
  let block = reply.blocks.findLast((one) => one.type === type && one.id === part.id)
  if (block === undefined || part.type === `${type}-start`) {
    block = { type, id: part.id, text: '' }
    reply.blocks.push(block)
  }
  if (block.type !== 'call' && 'delta' in part) block.text += part.delta
  if (part.providerMetadata !== undefined) block.metadata = part.providerMetadata
}

function callOf(reply: Collecting, id: string, name: string): Extract<ReplyBlock, { type: 'call' }> {
  const known = reply.blocks.find((block) => block.type === 'call' && block.id === id)
  if (known?.type === 'call') return known
  const call = { type: 'call' as const, id, name, json: '' }
  reply.blocks.push(call)
  return call
}

function usageOf(usage: PartUsage | undefined): ModelUsage {
  const { inputTokens, outputTokens } = usage ?? {}
  const counts = {
    // No call reads nothing: some providers say zero for what they were not told.
    inputTokens: inputTokens?.total || undefined,
    cachedInputTokens: inputTokens?.total ? inputTokens.cacheRead : undefined,
    cacheWriteTokens: inputTokens?.total ? inputTokens.cacheWrite : undefined,
    outputTokens: inputTokens?.total ? outputTokens?.total : outputTokens?.total || undefined,
    thinkingTokens: outputTokens?.total ? outputTokens.reasoning : undefined,
  }
  return Object.fromEntries(Object.entries(counts).filter(([, tokens]) => tokens !== undefined))
}

function tell(part: Part, onProgress: ModelCallContext['onProgress']): void {
  if (part.type === 'text-delta' && part.delta !== '') onProgress?.({ kind: 'text', delta: part.delta })
  if (part.type === 'reasoning-delta' && part.delta !== '') onProgress?.({ kind: 'thinking', delta: part.delta })
  if (part.type === 'tool-input-start' && part.providerExecuted !== true)
    onProgress?.({ kind: 'tool-call', name: part.toolName })
}
