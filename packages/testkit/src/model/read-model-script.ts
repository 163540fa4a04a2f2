import { type ErrorCode, MendkitError, readOptions } from '@mendkit/core'
import { z } from 'zod'
import type { ModelScript } from './script.ts'

const text = z.string().max(1_000_000)
const ms = z.number().min(0).max(86_400_000)
const name = z.string().min(1).max(200)
const tokens = z.int().min(0).exactOptional()
const json = z.record(z.string(), z.json())

const facts = {
  when: z.array(text).max(100).exactOptional(),
  times: z.union([z.int().min(1).max(1_000_000), z.literal('always')]).exactOptional(),
  afterMs: ms.exactOptional(),
  everyMs: ms.exactOptional(),
  progress: z
    .array(
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.enum(['text', 'thinking']), delta: text }),
        z.strictObject({ kind: z.literal('tool-call'), name }),
      ]),
    )
    .max(100_000)
    .exactOptional(),
  usage: z
    .strictObject({
      inputTokens: tokens,
      cachedInputTokens: tokens,
      cacheWriteTokens: tokens,
      outputTokens: tokens,
      thinkingTokens: tokens,
    })
    .exactOptional(),
  finish: z.enum(['stop', 'tool-calls', 'length', 'refusal']).exactOptional(),
  warnings: z.array(text).max(100).exactOptional(),
  requestId: name.exactOptional(),
  answeredBy: z.strictObject({ provider: name, model: name }).exactOptional(),
  continuation: z.strictObject({ provider: name, data: z.json() }).exactOptional(),
}

const codes = {
  config: 'config',
  invalid: 'invalid',
  'not-found': 'not-found',
  forbidden: 'forbidden',
  conflict: 'conflict',
  unavailable: 'unavailable',
  rejected: 'rejected',
  'bad-response': 'bad-response',
  unsupported: 'unsupported',
  corrupt: 'corrupt',
} satisfies { readonly [Code in ErrorCode]: Code }

const reply = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('text'), text, ...facts }),
  z.strictObject({
    kind: z.literal('tool-calls'),
    calls: z.array(z.strictObject({ id: name.exactOptional(), name: text, input: json.exactOptional() })).max(1_000),
    text: text.exactOptional(),
    ...facts,
  }),
  z.strictObject({ kind: z.literal('object'), object: json, ...facts }),
  z.strictObject({ kind: z.literal('refusal'), text: text.exactOptional(), ...facts }),
  z.strictObject({
    kind: z.literal('error'),
    error: z.strictObject({
      code: z.enum(codes),
      message: text,
      retryAfterMs: ms.exactOptional(),
      status: z.int().min(100).max(599).exactOptional(),
    }),
    ...facts,
  }),
  z.strictObject({ kind: z.literal('hang'), ...facts }),
])

const script: z.ZodType<ModelScript> = z.strictObject({
  version: z.literal(1),
  provider: name.exactOptional(),
  model: name.exactOptional(),
  tools: z.boolean().exactOptional(),
  structuredOutput: z.boolean().exactOptional(),
  disobeys: z.boolean().exactOptional(),
  replies: z.array(reply).min(1).max(10_000),
})

/**
 * Reads a script from the text of a JSON file, for `scriptedModel(script.replies, script)`. Throws `config` with the path of the
 * first field that is wrong, such as `replies.2.kind`; unknown fields are wrong.
 */
export function readModelScript(json: string): ModelScript {
  const given = parsed(json)
  readOptions('the script of a model', script, given)
  return script.parse(given)
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw new MendkitError('config', 'the script of a model is no JSON', { cause })
  }
}
