import type { ModelMessage, ModelRequest } from '@mendkit/core'
import type { ChatBody, ChatMessage, WireBody } from './client.ts'
import { keptReasoning } from './continuation.ts'
import type { Setting } from './reply.ts'
import { outputWarnings, resultText } from './request.ts'
import { notStrict } from './strict-schema.ts'

/** A request in the words of chat completions, and what of it is not held to. */
export function chatBody(setting: Setting, request: ModelRequest): { asked: WireBody; warnings: readonly string[] } {
  const { model, reasoningEffort, serviceTier, temperature, verbosity, parallelToolCalls, promptCacheKey } = setting
  const { maxTokensField = 'max_completion_tokens', streamUsage = true } = setting
  const { instructions, messages, tools, toolChoice, output, maxOutputTokens } = request
  const body: ChatBody = {
    model,
    // The older name of the role: every server knows it.
    messages: [{ role: 'system', content: instructions }, ...messages.flatMap((one) => messagesOf(setting, one))],
    stream: true,
    ...(streamUsage && { stream_options: { include_usage: true } }),
    [maxTokensField]: maxOutputTokens,
    ...(tools.length > 0 && {
      tools: tools.map(({ name, description, input }) => ({
        type: 'function',
        function: { name, description, parameters: input, ...strict(notStrict(input)) },
      })),
      tool_choice: toolChoice,
      ...(parallelToolCalls !== undefined && { parallel_tool_calls: parallelToolCalls }),
    }),
    ...(output !== undefined && {
      response_format: {
        type: 'json_schema',
        json_schema: { name: output.name, schema: output.schema, ...strict(notStrict(output.schema)) },
      },
    }),
    ...(reasoningEffort !== undefined && { reasoning_effort: reasoningEffort }),
    ...(verbosity !== undefined && { verbosity }),
    ...(serviceTier !== undefined && { service_tier: serviceTier }),
    ...(temperature !== undefined && { temperature }),
    ...(promptCacheKey !== undefined && { prompt_cache_key: promptCacheKey }),
  }
  return { asked: { api: 'chat', body }, warnings: outputWarnings(request) }
}

function strict(because: string | undefined): { readonly strict?: true } {
  return because === undefined ? { strict: true } : {}
}

function messagesOf(setting: Setting, message: ModelMessage): readonly ChatMessage[] {
  if (message.role === 'user') return [{ role: 'user', content: message.text }]
  if (message.role === 'tool') {
    return message.results.map((result) => ({ role: 'tool', tool_call_id: result.callId, content: resultText(result) }))
  }
  const { text, toolCalls, continuation } = message
  const reasoning = keptReasoning(setting, continuation)
  const turn: ChatMessage & { readonly reasoning_content?: string } = {
    role: 'assistant',
    content: text === '' && toolCalls.length > 0 ? null : text,
    ...(reasoning !== undefined && { reasoning_content: reasoning }),
    ...(toolCalls.length > 0 && {
      tool_calls: toolCalls.map(({ id, name, input }) => ({
        id,
        type: 'function',
        function: { name, arguments: JSON.stringify(input) },
      })),
    }),
  }
  return [turn]
}
