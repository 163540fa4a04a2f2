import { z } from 'zod'
import type { JsonObject } from '../../model/json.ts'
import type { ModelContinuation, ModelReply, ModelUsage } from '../../model/model-call.ts'
import { once } from '../../once.ts'
import { fields, understand } from './understand.ts'

/** More tokens than any model reads or writes in one call, so that sums and prices of them stay whole numbers. */
const mostTokens = 1_000_000_000
/** What is read of one reply, as JSON. Whoever writes more than any model could would keep the redactor busy, or break it. */
const mostCharacters = 2_000_000

const schema = once<z.ZodType<ModelReply>>(() => {
  const words = z.string()
  const object = z.custom<JsonObject>((value) => isObject(value) && !Array.isArray(value), 'must be an object')
  const call = fields({ id: words, name: words, input: object.exactOptional() })
  return fields({
    content: z
      .discriminatedUnion('kind', [
        z.object({ kind: z.literal('text'), text: words }),
        z.object({ kind: z.literal('tool-calls'), calls: z.array(call).min(1), text: words }),
        z.object({ kind: z.literal('object'), object }),
        z.object({ kind: z.literal('refusal'), text: words }),
      ])
      .refine(isReadable, `must be JSON of at most ${mostCharacters} characters`),
    finish: z.enum(['stop', 'tool-calls', 'length', 'refusal']),
    usage: z.custom<ModelUsage>(isObject, 'must be an object').transform(counted),
    warnings: z.array(words),
    requestId: words.exactOptional(),
    answeredBy: z.object({ provider: words, model: words }),
    continuation: z
      .custom<ModelContinuation>((value) => isObject(value) && 'provider' in value, 'must name its provider')
      .exactOptional(),
  })
})

/**
 * What a model answered, in the shape that its port promises: an adapter takes it from a network. A count that is none, such
 * as one below zero, is left out as if its provider had not told it.
 */
export function understandModelReply(who: string, answer: unknown): ModelReply {
  return understand(who, schema(), answer)
}

const counts = [
  'inputTokens',
  'cachedInputTokens',
  'cacheWriteTokens',
  'outputTokens',
  'thinkingTokens',
] as const satisfies readonly (keyof ModelUsage)[]

function counted(usage: ModelUsage): ModelUsage {
  return Object.fromEntries(
    counts.flatMap((name) => {
      const count: unknown = usage[name]
      const isCount = typeof count === 'number' && count >= 0 && count <= mostTokens
      return isCount ? [[name, Math.ceil(count)] as const] : []
    }),
  )
}

function isReadable(content: object): boolean {
  try {
    return JSON.stringify(content).length <= mostCharacters
  } catch {
    return false
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
