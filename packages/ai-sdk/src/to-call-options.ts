import type { JsonObject, ModelMessage, ModelRequest, RedactedJson } from '@mendkit/core'
import type { AssistantContent, CallOptions, PromptMessage, ProviderOptions, Schema } from './client.ts'
import { resumed } from './continuation.ts'

/** Whose continuation is given back. */
interface Whose {
  readonly provider: string
  /** The AI SDK's own name of the provider. */
  readonly of: string
}

/** Says a request in the words of the AI SDK. */
export function toCallOptions(
  request: ModelRequest,
  whose: Whose,
  providerOptions: ProviderOptions,
  abortSignal: AbortSignal,
): CallOptions {
  const { instructions, messages, tools, toolChoice, output, maxOutputTokens } = request
  const system: PromptMessage = {
    role: 'system',
    content: instructions,
    // Claude caches what is marked; others do by themselves, and skip what is not theirs.
    providerOptions: { anthropic: { cacheControl: { type: 'ephemeral' } } },
  }
  const offered = [
    ...tools.map(({ name, description, input }) => toolOf(name, description, copyOf(input))),
    ...gone(request),
  ]
  return {
    prompt: [
      ...(instructions === '' ? [] : [system]),
      ...messages.map((message) => turnOf(message, whose)),
    ] as CallOptions['prompt'],
    maxOutputTokens,
    abortSignal,
    providerOptions,
    ...(offered.length > 0 && { tools: offered, toolChoice: { type: tools.length > 0 ? toolChoice : 'none' } }),
    ...(output !== undefined && {
      responseFormat: { type: 'json' as const, name: output.name, schema: copyOf(output.schema) },
    }),
  }
}

function toolOf(name: string, description: string, inputSchema: Schema) {
  return { type: 'function' as const, name, description, inputSchema }
}

/** Tools that only an earlier turn called: some providers refuse a call of one that is not on offer. */
function gone({ tools, messages }: ModelRequest): readonly ReturnType<typeof toolOf>[] {
  const called = messages.flatMap((message) => (message.role === 'assistant' ? message.toolCalls : []))
  const names = new Set(called.map(({ name }) => name).filter((name) => !tools.some((tool) => tool.name === name)))
  return [...names].map((name) => toolOf(name, 'No longer there.', { type: 'object', properties: {} }))
}

/** Providers may change what they are given. A JSON Schema by the port's promise; the vendor's type is that of an older draft. */
function copyOf(schema: RedactedJson): Schema {
  return structuredClone<JsonObject>(schema) as Schema
}

function turnOf(message: ModelMessage, { provider, of }: Whose): PromptMessage {
  switch (message.role) {
    case 'user':
      return { role: 'user', content: [{ type: 'text', text: message.text }] }
    case 'assistant': {
      const text: AssistantContent[number] | undefined =
        message.text === '' ? undefined : { type: 'text', text: message.text }
      const calls = new Map(
        message.toolCalls.map(({ id, name, input }): [string, AssistantContent[number]] => [
          id,
          { type: 'tool-call', toolCallId: id, toolName: name, input },
        ]),
      )
      return { role: 'assistant', content: resumed(message.continuation, provider, of, text, calls) }
    }
    case 'tool':
      return {
        role: 'tool',
        content: message.results.map(({ callId, name, text, failed }) => ({
          type: 'tool-result',
          toolCallId: callId,
          toolName: name,
          output: { type: failed ? 'error-text' : 'text', value: text },
        })),
      }
  }
}
