import type { ModelMessage, ModelRequest } from '@mendkit/core'
import type { ResponsesBody, ResponsesInput, WireBody } from './client.ts'
import { keptItems } from './continuation.ts'
import type { Setting } from './reply.ts'
import { outputWarnings, resultText } from './request.ts'
import { notStrict } from './strict-schema.ts'

/** The fewest tokens that the Responses API takes as a limit. */
const leastTokens = 16

/** A request in the words of the Responses API, and what of it is not held to. */
export function responsesBody(
  setting: Setting,
  request: ModelRequest,
): { asked: WireBody; warnings: readonly string[] } {
  const { model, keepReasoning = true, serviceTier, temperature, parallelToolCalls, promptCacheKey } = setting
  const { instructions, messages, tools, toolChoice, maxOutputTokens } = request
  const body: ResponsesBody = {
    model,
    instructions,
    input: messages.flatMap((message) => itemsOf(setting, message)),
    stream: true,
    // Nothing of an incident is kept at the provider.
    store: false,
    max_output_tokens: Math.max(leastTokens, maxOutputTokens),
    ...(keepReasoning && { include: ['reasoning.encrypted_content'] }),
    ...(tools.length > 0 && {
      tools: tools.map(({ name, description, input }) => ({
        type: 'function',
        name,
        description,
        parameters: input,
        strict: notStrict(input) === undefined,
      })),
      tool_choice: toolChoice,
      ...(parallelToolCalls !== undefined && { parallel_tool_calls: parallelToolCalls }),
    }),
    ...textOf(setting, request),
    ...reasoningOf(setting),
    ...(serviceTier !== undefined && { service_tier: serviceTier }),
    ...(temperature !== undefined && { temperature }),
    ...(promptCacheKey !== undefined && { prompt_cache_key: promptCacheKey }),
  }
  return { asked: { api: 'responses', body }, warnings: outputWarnings(request) }
}

function textOf({ verbosity }: Setting, { output }: ModelRequest): Pick<ResponsesBody, 'text'> {
  if (output === undefined && verbosity === undefined) return {}
  const format = output && {
    type: 'json_schema' as const,
    name: output.name,
    schema: output.schema,
    strict: notStrict(output.schema) === undefined,
  }
  return { text: { ...(format !== undefined && { format }), ...(verbosity !== undefined && { verbosity }) } }
}

function reasoningOf({ reasoningEffort, reasoningSummary }: Setting): Pick<ResponsesBody, 'reasoning'> {
  if (reasoningEffort === undefined && reasoningSummary === undefined) return {}
  return {
    reasoning: {
      ...(reasoningEffort !== undefined && { effort: reasoningEffort }),
      ...(reasoningSummary !== undefined && { summary: reasoningSummary }),
    },
  }
}

function itemsOf(setting: Setting, message: ModelMessage): readonly ResponsesInput[] {
  if (message.role === 'user') return [{ role: 'user', content: message.text }]
  if (message.role === 'tool') {
    return message.results.map((result) => ({
      type: 'function_call_output',
      call_id: result.callId,
      output: resultText(result),
    }))
  }
  return assistantItems(setting, message)
}

/** In the order in which the model made them, as far as it is known: thinking belongs before what it led to. */
function assistantItems(
  setting: Setting,
  turn: Extract<ModelMessage, { role: 'assistant' }>,
): readonly ResponsesInput[] {
  const items: ResponsesInput[] = []
  const calls = new Map(turn.toolCalls.map((call) => [call.id, call]))
  let text: string | undefined = turn.text === '' ? undefined : turn.text
  const said = (phase?: 'commentary' | 'final_answer') => {
    if (text !== undefined) items.push({ role: 'assistant', content: text, ...(phase !== undefined && { phase }) })
    text = undefined
  }
  const called = (id: string) => {
    const call = calls.get(id)
    if (call === undefined) return
    items.push({ type: 'function_call', call_id: id, name: call.name, arguments: JSON.stringify(call.input) })
    calls.delete(id)
  }
  for (const kept of keptItems(setting, turn.continuation)) {
    if (kept.type === 'reasoning') items.push(kept)
    else if (kept.type === 'message') said(kept.phase)
    else called(kept.call_id)
  }
  said()
  for (const id of [...calls.keys()]) called(id)
  return items
}
