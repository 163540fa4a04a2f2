import type { JsonObject, ModelContent, ModelName, ModelReply, ModelToolCall } from '@mendkit/core'
import { z } from 'zod'
import type { CollectedReply, ReplyBlock } from './collect-reply.ts'
import { continuationOf } from './continuation.ts'

const jsonObject = z.record(z.string(), z.json())

/** Says a whole reply in the words of the port. */
export function toReply(
  named: ModelName,
  of: string,
  wantsObject: boolean,
  { blocks, finish, usage, model, responseId, warnings }: CollectedReply,
  requestId: string | undefined = responseId,
): ModelReply {
  const content = contentOf(blocks, finish.unified, wantsObject)
  const continuation = continuationOf(named.provider, of, blocks)
  return {
    content,
    finish: finishOf(finish.unified, content),
    usage,
    warnings: [...warnings, ...oddities(content, finish, usage)],
    answeredBy: { provider: named.provider, model: model ?? named.model },
    ...(requestId !== undefined && { requestId }),
    ...(continuation !== undefined && { continuation }),
  }
}

function contentOf(blocks: readonly ReplyBlock[], finish: string, wantsObject: boolean): ModelContent {
  const text = blocks.map((block) => (block.type === 'text' ? block.text : '')).join('')
  if (finish === 'content-filter') return { kind: 'refusal', text }
  const calls = blocks.flatMap((block) => (block.type === 'call' ? [callOf(block)] : []))
  if (calls.length > 0) return { kind: 'tool-calls', calls, text }
  const object = wantsObject ? parseObject(text) : undefined
  return object === undefined ? { kind: 'text', text } : { kind: 'object', object }
}

function callOf({ id, name, json }: Extract<ReplyBlock, { type: 'call' }>): ModelToolCall {
  const input = json.trim() === '' ? {} : parseObject(json)
  return { id, name, ...(input !== undefined && { input }) }
}

function finishOf(unified: string, { kind }: ModelContent): ModelReply['finish'] {
  if (kind === 'refusal') return 'refusal'
  if (unified === 'length') return 'length'
  return kind === 'tool-calls' ? 'tool-calls' : 'stop'
}

function oddities(
  content: ModelContent,
  { unified, raw }: CollectedReply['finish'],
  { inputTokens, outputTokens }: ModelReply['usage'],
): readonly string[] {
  const calls = content.kind === 'tool-calls' ? content.calls : []
  return [
    ...calls.flatMap(({ input, name }) =>
      input === undefined ? [`the input of a call of ${name} is no JSON object`] : [],
    ),
    ...(unified === 'other' ? [`the reply ended for a reason that is not known here: ${raw}`] : []),
    ...(inputTokens === undefined || outputTokens === undefined
      ? ['the provider did not tell its usage of tokens']
      : []),
  ]
}

function parseObject(text: string): JsonObject | undefined {
  try {
    return jsonObject.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
