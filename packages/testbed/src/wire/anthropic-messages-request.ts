import type { ReceivedModelRequest, ReceivedTurn } from '@mendkit/testkit'
import { z } from 'zod'
import { closedProblem } from './closed-schema.ts'
import type { WireRequest } from './protocol.ts'

const toolName = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/)
const json = z.record(z.string(), z.json())
const cache_control = z.strictObject({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).optional() }).optional()
const text = z.strictObject({ type: z.literal('text'), text: z.string().min(1), cache_control })
const id = z.string().regex(/^[a-zA-Z0-9_-]+$/)

const userBlock = z.discriminatedUnion('type', [
  text,
  z.strictObject({
    type: z.literal('tool_result'),
    tool_use_id: id,
    content: z.union([z.string(), z.array(text)]),
    is_error: z.boolean().optional(),
    cache_control,
  }),
])

const assistantBlock = z.discriminatedUnion('type', [
  text,
  z.strictObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.string().min(1) }),
  z.strictObject({ type: z.literal('redacted_thinking'), data: z.string() }),
  z.strictObject({ type: z.literal('tool_use'), id, name: toolName, input: json, cache_control }),
])

const body = z.strictObject({
  model: z.string().min(1),
  max_tokens: z.int().positive(),
  stream: z.literal(true),
  system: z.array(text).min(1).optional(),
  messages: z
    .array(
      z.discriminatedUnion('role', [
        z.strictObject({ role: z.literal('user'), content: z.array(userBlock).min(1) }),
        z.strictObject({ role: z.literal('assistant'), content: z.array(assistantBlock).min(1) }),
      ]),
    )
    .min(1),
  tools: z
    .array(
      z.strictObject({
        name: toolName,
        description: z.string(),
        input_schema: json.refine(({ type }) => type === 'object'),
        cache_control,
        eager_input_streaming: z.boolean().optional(),
      }),
    )
    .optional(),
  tool_choice: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.enum(['auto', 'any']), disable_parallel_tool_use: z.boolean().optional() }),
      z.strictObject({ type: z.literal('none') }),
      z.strictObject({ type: z.literal('tool'), name: toolName, disable_parallel_tool_use: z.boolean().optional() }),
    ])
    .optional(),
  thinking: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('adaptive'), display: z.enum(['summarized', 'omitted']).optional() }),
      z.strictObject({
        type: z.literal('enabled'),
        budget_tokens: z.int().min(1_024),
        display: z.enum(['summarized', 'omitted']).optional(),
      }),
      z.strictObject({ type: z.literal('disabled') }),
    ])
    .optional(),
  output_config: z
    .strictObject({
      effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).optional(),
      format: z.strictObject({ type: z.literal('json_schema'), schema: json }).optional(),
    })
    .optional(),
  temperature: z.number().optional(),
})

type Body = z.output<typeof body>
type Block = Body['messages'][number]['content'][number]

/** Reads a request as the Messages API does: what it does not know, it refuses. */
export function understandMessages({
  path,
  body: sent,
}: WireRequest): ReceivedModelRequest | { readonly refused: string } {
  if (!/\/messages(\?.*)?$/.test(path)) return { refused: `Unknown request URL: ${path}` }
  const parsed = body.safeParse(sent)
  if (!parsed.success) return { refused: z.prettifyError(parsed.error) }
  const refused = problemOf(parsed.data)
  if (refused !== undefined) return { refused }
  const { model, max_tokens, system = [], messages, tools = [], tool_choice, output_config } = parsed.data
  const schema = output_config?.format?.schema
  return {
    model,
    instructions: system.map((part) => part.text).join(''),
    turns: messages.flatMap(turnsOf),
    tools: tools.map(({ name, description, input_schema }) => ({ name, description, input: input_schema })),
    maxOutputTokens: max_tokens,
    ...(tool_choice !== undefined && { toolChoice: choices[tool_choice.type] }),
    ...(schema !== undefined && { outputSchema: schema }),
  }
}

const choices = { auto: 'auto', any: 'required', tool: 'required', none: 'none' } as const

function problemOf({ messages, tools, tool_choice, thinking, max_tokens, output_config }: Body): string | undefined {
  const forces = tool_choice?.type === 'any' || tool_choice?.type === 'tool'
  const thinks = thinking !== undefined && thinking.type !== 'disabled'
  if (forces && thinks) return 'Thinking may not be enabled when tool_choice forces tool use.'
  if (tool_choice !== undefined && tools === undefined)
    return 'tool_choice may only be specified while providing tools.'
  if (thinking?.type === 'enabled' && thinking.budget_tokens >= max_tokens) {
    return '`max_tokens` must be greater than `thinking.budget_tokens`.'
  }
  const called = messages.flatMap(({ content }): readonly Block[] => content).some((block) => block.type === 'tool_use')
  if (called && tools === undefined) return 'Requests which include `tool_use` blocks must define tools.'
  const first = messages[0]?.role
  if (first !== 'user') return 'messages: first message must use the "user" role'
  return unanswered(messages) ?? closedProblem(output_config?.format?.schema)
}

/** The call of a tool that the turn after it does not answer. */
function unanswered(messages: Body['messages']): string | undefined {
  for (const [at, { content }] of messages.entries()) {
    const next: readonly Block[] = messages[at + 1]?.content ?? []
    const answers = next.flatMap((block) => (block.type === 'tool_result' ? block.tool_use_id : []))
    for (const block of content) {
      if (block.type !== 'tool_use' || answers.includes(block.id)) continue
      return `messages.${at}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${block.id}`
    }
  }
  return undefined
}

function turnsOf(message: Body['messages'][number]): readonly ReceivedTurn[] {
  if (message.role === 'assistant') {
    const { content } = message
    return [
      {
        role: 'assistant',
        text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
        toolCalls: content.flatMap((block) =>
          block.type === 'tool_use' ? [{ id: block.id, name: block.name, input: block.input }] : [],
        ),
        sealed: content.flatMap((block) =>
          block.type === 'thinking' ? [block.signature] : block.type === 'redacted_thinking' ? [block.data] : [],
        ),
      },
    ]
  }
  const results = message.content.flatMap((block) =>
    block.type === 'tool_result'
      ? [{ callId: block.tool_use_id, text: wordsOf(block.content), failed: block.is_error ?? false }]
      : [],
  )
  const texts = message.content.flatMap((block) => (block.type === 'text' ? block.text : []))
  return [
    ...(results.length > 0 ? [{ role: 'tool' as const, results }] : []),
    ...texts.map((said) => ({ role: 'user' as const, text: said })),
  ]
}

function wordsOf(content: string | readonly { readonly text: string }[]): string {
  return typeof content === 'string' ? content : content.map((part) => part.text).join('')
}
