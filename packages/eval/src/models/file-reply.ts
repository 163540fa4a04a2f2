import { MendkitError, type ModelName, type ModelReply, message } from '@mendkit/core'
import { z } from 'zod'

const tokens = z.int().min(0).exactOptional()
const json = z.record(z.string(), z.json())

/** The form of a reply file, version 1. */
export const fileReplySchema = z.strictObject({
  version: z.literal(1),
  content: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('text'), text: z.string() }),
    z.strictObject({ kind: z.literal('object'), object: json }),
    z.strictObject({ kind: z.literal('refusal'), text: z.string().default('') }),
    z.strictObject({
      kind: z.literal('tool-calls'),
      calls: z.array(z.strictObject({ id: z.string(), name: z.string(), input: json.exactOptional() })).min(1),
      text: z.string().default(''),
    }),
  ]),
  usage: z
    .strictObject({ inputTokens: tokens, cachedInputTokens: tokens, outputTokens: tokens, thinkingTokens: tokens })
    .default({}),
  answeredBy: z.strictObject({ provider: z.string().min(1), model: z.string().min(1) }).optional(),
})

const finishes = { text: 'stop', object: 'stop', refusal: 'refusal', 'tool-calls': 'tool-calls' } as const

/** Reads a reply file. Throws `bad-response` that names the file and the field. */
export function parseFileReply(text: string, name: string, self: ModelName): ModelReply {
  const parsed = fileReplySchema.safeParse(jsonOf(text, name))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const path = issue?.path.join('.') ?? ''
    throw new MendkitError(
      'bad-response',
      message`${name}: ${path || 'the whole file'}: ${issue?.message ?? 'is not valid'}`,
    )
  }
  const { content, usage, answeredBy = self } = parsed.data
  const warnings = Object.keys(usage).length === 0 ? [`${name} counts no usage`] : []
  return { content, finish: finishes[content.kind], usage, warnings, answeredBy }
}

function jsonOf(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new MendkitError('bad-response', `${name} is no JSON; write it under another name and rename it`, { cause })
  }
}
