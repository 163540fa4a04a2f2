import type { ReceivedModelRequest, ReceivedTurn } from '@mendkit/testkit'
import { z } from 'zod'
import type { WireRequest } from './protocol.ts'
import { strictProblem } from './strict-schema.ts'

const toolName = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/)
const json = z.record(z.string(), z.json())

/** A text, or the parts of one. */
const words = z.union([
  z.string(),
  z
    .array(z.strictObject({ type: z.enum(['input_text', 'output_text']), text: z.string() }))
    .transform((parts) => parts.map(({ text }) => text).join('')),
])

const item = z.union([
  z.strictObject({ role: z.enum(['developer', 'user']), content: words }),
  z.strictObject({
    role: z.literal('assistant'),
    content: words,
    phase: z.enum(['commentary', 'final_answer']).optional(),
  }),
  z.strictObject({
    type: z.literal('reasoning'),
    id: z.string().startsWith('rs_'),
    summary: z.array(z.strictObject({ type: z.literal('summary_text'), text: z.string() })),
    encrypted_content: z.string(),
  }),
  z.strictObject({ type: z.literal('function_call'), call_id: z.string(), name: toolName, arguments: z.string() }),
  z.strictObject({ type: z.literal('function_call_output'), call_id: z.string(), output: z.string() }),
])

const body = z.strictObject({
  model: z.string().min(1),
  instructions: z.string().optional(),
  input: z.array(item).min(1),
  stream: z.literal(true),
  store: z.literal(false),
  include: z.array(z.literal('reasoning.encrypted_content')).optional(),
  max_output_tokens: z.int().min(16),
  tools: z
    .array(
      z.strictObject({
        type: z.literal('function'),
        name: toolName,
        description: z.string(),
        parameters: json,
        strict: z.boolean(),
      }),
    )
    .optional(),
  tool_choice: z.enum(['auto', 'required', 'none']).optional(),
  parallel_tool_calls: z.boolean().optional(),
  text: z
    .strictObject({
      format: z
        .strictObject({ type: z.literal('json_schema'), name: toolName, schema: json, strict: z.boolean() })
        .optional(),
      verbosity: z.enum(['low', 'medium', 'high']).optional(),
    })
    .optional(),
  reasoning: z
    .strictObject({ effort: z.string().optional(), summary: z.enum(['auto', 'concise', 'detailed']).optional() })
    .optional(),
  service_tier: z.string().optional(),
  prompt_cache_key: z.string().optional(),
  temperature: z.number().optional(),
})

/** Reads a request as the Responses API does: what it does not know, it refuses. */
export function understandResponses({
  path,
  body: sent,
}: WireRequest): ReceivedModelRequest | { readonly refused: string } {
  if (!/\/responses(\?.*)?$/.test(path)) return { refused: `Unknown request URL: ${path}` }
  const parsed = body.safeParse(sent)
  if (!parsed.success) return { refused: z.prettifyError(parsed.error) }
  const { model, instructions, input, tools = [], tool_choice, text, max_output_tokens } = parsed.data
  const strict = [
    ...tools.map((tool) => ({ strict: tool.strict, schema: tool.parameters })),
    ...(text?.format ? [text.format] : []),
  ]
  for (const one of strict) {
    const problem = one.strict ? strictProblem(one.schema) : undefined
    if (problem !== undefined) return { refused: problem }
  }
  const [first, ...rest] = input
  // Instructions stand in a field of their own, or before everything else.
  const before = first !== undefined && 'role' in first && first.role === 'developer' ? first.content : undefined
  return {
    model,
    instructions: instructions ?? before ?? '',
    turns: turnsOf(before === undefined ? input : rest),
    tools: tools.map((tool) => ({ name: tool.name, description: tool.description, input: tool.parameters })),
    maxOutputTokens: max_output_tokens,
    ...(tool_choice !== undefined && { toolChoice: tool_choice }),
    ...(text?.format !== undefined && { outputSchema: text.format.schema }),
  }
}

type Assistant = Extract<ReceivedTurn, { role: 'assistant' }>
type Results = Extract<ReceivedTurn, { role: 'tool' }>

/** Items that follow each other and are of one side are one turn. */
function turnsOf(items: readonly z.infer<typeof item>[]): readonly ReceivedTurn[] {
  const turns: ReceivedTurn[] = []
  const assistant = (change: (turn: Assistant) => Assistant) => {
    const last = turns.at(-1)
    if (last?.role === 'assistant') turns[turns.length - 1] = change(last)
    else turns.push(change({ role: 'assistant', text: '', toolCalls: [], sealed: [] }))
  }
  for (const one of items) {
    if ('role' in one) {
      if (one.role !== 'assistant') turns.push({ role: 'user', text: one.content })
      else assistant((turn) => ({ ...turn, text: turn.text + one.content }))
    } else if (one.type === 'reasoning') {
      assistant((turn) => ({ ...turn, sealed: [...turn.sealed, one.encrypted_content] }))
    } else if (one.type === 'function_call') {
      const call = { id: one.call_id, name: one.name, input: JSON.parse(one.arguments) as unknown }
      assistant((turn) => ({ ...turn, toolCalls: [...turn.toolCalls, call] }))
    } else {
      const last = turns.at(-1)
      const results = last?.role === 'tool' ? last.results : []
      const turn: Results = { role: 'tool', results: [...results, { callId: one.call_id, text: one.output }] }
      if (last?.role === 'tool') turns[turns.length - 1] = turn
      else turns.push(turn)
    }
  }
  return turns
}
