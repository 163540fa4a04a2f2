import { z } from 'zod'

const id = z.string()
const count = z.int().min(0).optional().catch(undefined)
const metadata = z.record(z.string(), z.record(z.string(), z.json())).optional().catch(undefined)

/** What only a provider understands, by the provider's name. */
export type PartMetadata = NonNullable<z.output<typeof metadata>>

const warning = z
  .object({
    type: z.string(),
    feature: z.string().optional(),
    setting: z.string().optional(),
    details: z.string().optional(),
    message: z.string().optional(),
  })
  .transform(({ type, feature, setting, details, message }) =>
    [type, feature ?? setting, details ?? message].filter((word) => word !== undefined).join(': '),
  )

const usage = z.object({
  inputTokens: z.object({ total: count, cacheRead: count, cacheWrite: count }),
  outputTokens: z.object({ total: count, reasoning: count }),
})

/** Tokens as a provider of the AI SDK tells them. */
export type PartUsage = z.output<typeof usage>

const known = {
  'stream-start': z.object({ type: z.literal('stream-start'), warnings: z.array(warning) }),
  'text-start': z.object({ type: z.literal('text-start'), id, providerMetadata: metadata }),
  'text-delta': z.object({ type: z.literal('text-delta'), id, delta: z.string(), providerMetadata: metadata }),
  'text-end': z.object({ type: z.literal('text-end'), id, providerMetadata: metadata }),
  'reasoning-start': z.object({ type: z.literal('reasoning-start'), id, providerMetadata: metadata }),
  'reasoning-delta': z.object({
    type: z.literal('reasoning-delta'),
    id,
    delta: z.string(),
    providerMetadata: metadata,
  }),
  'reasoning-end': z.object({ type: z.literal('reasoning-end'), id, providerMetadata: metadata }),
  'tool-input-start': z.object({
    type: z.literal('tool-input-start'),
    id,
    toolName: z.string(),
    providerExecuted: z.boolean().optional(),
  }),
  'tool-input-delta': z.object({ type: z.literal('tool-input-delta'), id, delta: z.string() }),
  'tool-call': z.object({
    type: z.literal('tool-call'),
    toolCallId: z.string(),
    toolName: z.string(),
    input: z.string(),
    providerExecuted: z.boolean().optional(),
    providerMetadata: metadata,
  }),
  'response-metadata': z.object({
    type: z.literal('response-metadata'),
    id: z.string().optional(),
    modelId: z.string().optional(),
  }),
  finish: z.object({
    type: z.literal('finish'),
    usage: usage.optional().catch(undefined),
    finishReason: z.object({ unified: z.string(), raw: z.string().nullish() }),
  }),
  error: z.object({ type: z.literal('error'), error: z.unknown() }),
}

/** A part of a streamed reply. `other`: one that adds nothing to the reply. */
export type Part = z.output<(typeof known)[keyof typeof known]> | { readonly type: 'other'; readonly name: string }

/** Reads one part; undefined for what the specification does not allow. What has a type that is not known here is `other`. */
export function parsePart(value: unknown): Part | undefined {
  const type = z.object({ type: z.string() }).safeParse(value).data?.type
  if (type === undefined) return undefined
  return Object.hasOwn(known, type)
    ? known[type as keyof typeof known].safeParse(value).data
    : { type: 'other', name: type }
}
