import type { ReceivedModelRequest, ReceivedTurn } from '@mendkit/testkit'
import { z } from 'zod'
import type { WireRequest } from './protocol.ts'
import { strictProblem } from './strict-schema.ts'

const toolName = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/)
const json = z.record(z.string(), z.json())

const message = z.union([
  z.strictObject({ role: z.enum(['system', 'developer', 'user']), content: z.string() }),
  z.strictObject({
    role: z.literal('assistant'),
    content: z.string().nullable(),
    // Of compatible servers only.
    reasoning_content: z.string().optional(),
    tool_calls: z
      .array(
        z.strictObject({
          id: z.string(),
          type: z.literal('function'),
          function: z.strictObject({ name: toolName, arguments: z.string() }),
        }),
      )
      .min(1)
      .optional(),
  }),
  z.strictObject({ role: z.literal('tool'), tool_call_id: z.string(), content: z.string() }),
])

const body = z.strictObject({
  model: z.string().min(1),
  messages: z.array(message).min(2),
  stream: z.literal(true),
  stream_options: z.strictObject({ include_usage: z.literal(true) }).optional(),
  store: z.literal(false).optional(),
  max_tokens: z.int().positive().optional(),
  max_completion_tokens: z.int().positive().optional(),
  tools: z
    .array(
      z.strictObject({
        type: z.literal('function'),
        function: z.strictObject({
          name: toolName,
          description: z.string(),
          parameters: json,
          strict: z.boolean().optional(),
        }),
      }),
    )
    .min(1)
    .optional(),
  tool_choice: z.enum(['auto', 'required', 'none']).optional(),
  parallel_tool_calls: z.boolean().optional(),
  response_format: z
    .strictObject({
      type: z.literal('json_schema'),
      json_schema: z.strictObject({ name: toolName, schema: json, strict: z.boolean().optional() }),
    })
    .optional(),
  reasoning_effort: z.string().optional(),
  verbosity: z.enum(['low', 'medium', 'high']).optional(),
  service_tier: z.string().optional(),
  prompt_cache_key: z.string().optional(),
  temperature: z.number().optional(),
})

/** Reads a request for a chat completion: what is not known is refused. */
export function understandChat({ path, body: sent }: WireRequest): ReceivedModelRequest | { readonly refused: string } {
  if (!/\/chat\/completions(\?.*)?$/.test(path)) return { refused: `Unknown request URL: ${path}` }
  const parsed = body.safeParse(sent)
  if (!parsed.success) return { refused: z.prettifyError(parsed.error) }
  const { model, messages, tools = [], tool_choice, response_format } = parsed.data
  const format = response_format?.json_schema
  const held = [
    ...tools.map((tool) => ({ ...tool.function, schema: tool.function.parameters })),
    ...(format ? [format] : []),
  ]
  for (const one of held) {
    const problem = one.strict === true ? strictProblem(one.schema) : undefined
    if (problem !== undefined) return { refused: problem }
  }
  const [first, ...rest] = messages
  if (first?.role !== 'system' && first?.role !== 'developer') return { refused: 'no instructions' }
  const maxOutputTokens = parsed.data.max_completion_tokens ?? parsed.data.max_tokens
  return {
    model,
    instructions: first.content,
    turns: turnsOf(rest),
    tools: tools.map(({ function: { name, description, parameters } }) => ({ name, description, input: parameters })),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(tool_choice !== undefined && { toolChoice: tool_choice }),
    ...(format !== undefined && { outputSchema: format.schema }),
  }
}

function turnsOf(messages: readonly z.infer<typeof message>[]): readonly ReceivedTurn[] {
  const turns: ReceivedTurn[] = []
  for (const one of messages) {
    if (one.role === 'assistant') {
      const toolCalls = (one.tool_calls ?? []).map(({ id, function: { name, arguments: input } }) => ({
        id,
        name,
        input: JSON.parse(input) as unknown,
      }))
      const sealed = one.reasoning_content === undefined ? [] : [one.reasoning_content]
      turns.push({ role: 'assistant', text: one.content ?? '', toolCalls, sealed })
    } else if (one.role === 'tool') {
      const last = turns.at(-1)
      const result = { callId: one.tool_call_id, text: one.content }
      if (last?.role === 'tool') turns[turns.length - 1] = { role: 'tool', results: [...last.results, result] }
      else turns.push({ role: 'tool', results: [result] })
    } else {
      turns.push({ role: 'user', text: one.content })
    }
  }
  return turns
}
