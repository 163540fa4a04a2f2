import type { ModelMessage, ModelOutput, ModelRequest, SaidToolCall } from '@mendkit/core'
import type { CacheControl, ContentBlockParam, MessageParam, MessagesRequest, ToolParam } from './client.ts'
import { resumed } from './continuation.ts'
import type { AnthropicModelOptions } from './options.ts'
import { toOutputSchema } from './output-schema.ts'
import { thinkingOf } from './thinking.ts'

/** A request in Anthropic's words, and what could not be said in them. */
export interface TranslatedRequest {
  readonly body: MessagesRequest
  /** Whether the object is asked for by a tool of the output's name. */
  readonly byTool: boolean
  readonly warnings: readonly string[]
}

/** Says a request in the words of the Messages API. */
export function toRequest(provider: string, request: ModelRequest, options: AnthropicModelOptions): TranslatedRequest {
  const { cache = '5m', effort, output: way = 'schema' } = options
  const { instructions, messages, output, maxOutputTokens } = request
  const cached: { cache_control?: CacheControl } =
    cache === 'off' ? {} : { cache_control: { type: 'ephemeral', ttl: cache } }
  const schema = output && way === 'schema' ? toOutputSchema(output.schema) : undefined
  const answerTool =
    output !== undefined && schema === undefined && request.toolChoice !== 'required' ? output : undefined
  const tools = toolsOf(request, answerTool, cached)
  const thinking = thinkingOf(options.thinking, maxOutputTokens)
  const choice = choiceOf(request, answerTool, thinking.param !== undefined && thinking.param.type !== 'disabled')
  return {
    body: {
      model: options.model,
      max_tokens: maxOutputTokens,
      messages: messages.flatMap((message) => turnOf(provider, message)),
      // A text of nothing is refused.
      ...(instructions !== '' && { system: [{ type: 'text', text: instructions, ...cached }] }),
      ...(tools.length > 0 && { tools: [...tools], tool_choice: choice.param }),
      ...(thinking.param !== undefined && { thinking: thinking.param }),
      ...((schema !== undefined || effort !== undefined) && {
        output_config: {
          ...(effort !== undefined && { effort }),
          ...(schema !== undefined && { format: { type: 'json_schema', schema } }),
        },
      }),
    },
    byTool: answerTool !== undefined,
    warnings: [
      ...thinking.warnings,
      ...choice.warnings,
      ...(way === 'schema' && answerTool !== undefined
        ? [`the schema of ${answerTool.name} cannot be said in structured outputs: a tool asks for it`]
        : []),
    ],
  }
}

/** The tools on offer, with those that only an earlier turn called: a call of a tool that is not on offer is refused. */
function toolsOf(
  { tools, messages }: ModelRequest,
  answer: ModelOutput | undefined,
  cached: Pick<ToolParam, 'cache_control'>,
): readonly ToolParam[] {
  const params = tools.map(({ name, description, input }) => toolOf(name, description, input))
  if (answer !== undefined) params.push(toolOf(answer.name, 'Takes your answer.', answer.schema))
  const called = messages.flatMap((message) => (message.role === 'assistant' ? message.toolCalls : []))
  const gone = new Set(called.map(({ name }) => name).filter((name) => !params.some((param) => param.name === name)))
  params.push(...[...gone].map((name) => toolOf(name, 'No longer there.', {})))
  return params.map((param, at) => (at === params.length - 1 ? { ...param, ...cached } : param))
}

function toolOf(name: string, description: string, input: Readonly<Record<string, unknown>>): ToolParam {
  return { name, description, input_schema: { ...input, type: 'object' } }
}

function choiceOf(
  { tools, toolChoice }: ModelRequest,
  answer: ModelOutput | undefined,
  thinks: boolean,
): { readonly param: NonNullable<MessagesRequest['tool_choice']>; readonly warnings: readonly string[] } {
  const isForced = answer !== undefined || (toolChoice === 'required' && tools.length > 0)
  if (!isForced) return { param: { type: toolChoice === 'none' || tools.length === 0 ? 'none' : 'auto' }, warnings: [] }
  if (thinks) {
    const warnings = ['a model that thinks cannot be made to call a tool: it was left free to']
    return { param: { type: 'auto' }, warnings }
  }
  const isOnlyAnswer = answer !== undefined && (toolChoice === 'none' || tools.length === 0)
  return { param: isOnlyAnswer ? { type: 'tool', name: answer.name } : { type: 'any' }, warnings: [] }
}

function turnOf(provider: string, message: ModelMessage): readonly MessageParam[] {
  switch (message.role) {
    case 'user':
      return [{ role: 'user', content: [{ type: 'text', text: message.text }] }]
    case 'assistant': {
      const text: ContentBlockParam | undefined = message.text === '' ? undefined : { type: 'text', text: message.text }
      const calls = new Map(message.toolCalls.map((call) => [call.id, callOf(call)]))
      const content = resumed(message.continuation, provider, text, calls)
      return content.length === 0 ? [] : [{ role: 'assistant', content: [...content] }]
    }
    case 'tool': {
      const content = message.results.map(
        ({ callId, text, failed }): ContentBlockParam => ({
          type: 'tool_result',
          tool_use_id: idOf(callId),
          content: text,
          ...(failed && { is_error: true }),
        }),
      )
      return [{ role: 'user', content }]
    }
  }
}

function callOf({ id, name, input }: SaidToolCall): ContentBlockParam {
  return { type: 'tool_use', id: idOf(id), name, input }
}

/** Another provider's ids may hold what Anthropic refuses in its own. */
function idOf(id: string): string {
  return id.replaceAll(/[^A-Za-z0-9_-]/g, '_')
}
