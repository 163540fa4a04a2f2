import { fenceUntrusted, redact, type Schema } from '@mendkit/core'
import { z } from 'zod'
import { inputSchema } from './input-schema.ts'
import { isWithinDepth } from './json-within.ts'
import type { McpTool } from './options.ts'
import { parseSchema } from './parse-schema.ts'

/** Bytes of a definition; every one of them is sent to a model in every turn. */
const maxBytes = 16_384
const maxDepth = 24
/** Letters of a server's description that models are shown. */
const maxDescription = 600

const nameSchema = z.looseObject({ name: z.string() })
const listedSchema = z.looseObject({
  name: z.string(),
  description: z.string().optional(),
  inputSchema: z.record(z.string(), z.unknown()),
  outputSchema: z.unknown().optional(),
  annotations: z
    .looseObject({ readOnlyHint: z.boolean().optional(), destructiveHint: z.boolean().optional() })
    .optional(),
})

/** What came of one tool that the host allows. `because` follows its name. */
export type ToolState =
  | { readonly kind: 'offered'; readonly description: string; readonly input: Schema; readonly listed: unknown }
  /** `forbidden`: the server says that it changes something. `unusable`: everything else. */
  | { readonly kind: 'refused'; readonly why: 'forbidden' | 'unusable'; readonly because: string }
  | { readonly kind: 'missing' }

/** The definition that a server lists under exactly this name; undefined when there is none. */
export function findListed(list: readonly unknown[], name: string): unknown {
  return list.find((each) => nameSchema.safeParse(each).data?.name === name)
}

/** Understands what a server says of a tool that the host allows. */
export function parseTool(allowed: McpTool, listed: unknown, nonce: string): ToolState {
  if (listed === undefined) return { kind: 'missing' }
  if (!isWithinDepth(listed, maxDepth) || JSON.stringify(listed).length > maxBytes)
    return unusable(`has a definition that is deeper than ${maxDepth} or longer than ${maxBytes}`)
  const parsed = listedSchema.safeParse(listed)
  if (!parsed.success) return unusable('has a definition that is none')
  const { description, inputSchema: given, annotations = {} } = parsed.data
  const { readOnlyHint, destructiveHint } = annotations
  if (readOnlyHint === false) return forbidden('is not read-only by its own annotations')
  if (destructiveHint === true) return forbidden('is destructive by its own annotations')
  if (readOnlyHint === undefined && allowed.readsOnly !== true)
    return unusable('does not say that it is read-only: if you know that it is, allow it with `readsOnly: true`')
  const schema = parseSchema(given)
  if (typeof schema === 'string') return unusable(`has an input schema that ${schema}`)
  return {
    kind: 'offered',
    description: allowed.description ?? describe(allowed.name, description, nonce),
    input: inputSchema(schema),
    listed: definitionOf(parsed.data),
  }
}

/** What a definition says, without what a server may add to it at every listing. */
function definitionOf({ description, inputSchema: input, outputSchema, annotations }: z.infer<typeof listedSchema>) {
  return { description, input, outputSchema, annotations }
}

function describe(name: string, words: string | undefined, nonce: string): string {
  const own = `Reads ${JSON.stringify(name.slice(0, 128))} of an MCP server.`
  if (words === undefined || words.trim() === '') return own
  const fenced = fenceUntrusted(redact(words.slice(0, maxDescription)), nonce)
  return `${own} What the server says of it:\n${fenced}`
}

function forbidden(because: string): ToolState {
  return { kind: 'refused', why: 'forbidden', because }
}

function unusable(because: string): ToolState {
  return { kind: 'refused', why: 'unusable', because }
}
