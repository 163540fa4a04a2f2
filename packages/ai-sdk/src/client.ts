import type {
  LanguageModelV3,
  LanguageModelV3CallOptions,
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4FunctionTool,
  LanguageModelV4Message,
} from '@ai-sdk/provider'

/** A language model of the AI SDK that the host made, of the newest version of its specification or the one before. */
export type AiSdkLanguageModel = LanguageModelV4 | LanguageModelV3

/** What both versions of the specification take. */
export type CallOptions = LanguageModelV4CallOptions & LanguageModelV3CallOptions
/** One turn of a conversation. */
export type PromptMessage = LanguageModelV4Message
/** The pieces of a turn of the model. */
export type AssistantContent = Extract<LanguageModelV4Message, { role: 'assistant' }>['content']
/** What only one provider understands, by the provider's name. */
export type ProviderOptions = NonNullable<LanguageModelV4CallOptions['providerOptions']>

/** A JSON Schema, as the AI SDK has it. */
export type Schema = LanguageModelV4FunctionTool['inputSchema']

/** A reply that has begun to come in. */
export interface PartStream {
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Untrusted. */
  readonly parts: AsyncIterable<unknown>
}

/** Begins a reply. Rejects with whatever the provider throws. */
export async function streamParts(model: AiSdkLanguageModel, options: CallOptions): Promise<PartStream> {
  const { stream, response } = await model.doStream(options)
  return { headers: response?.headers ?? {}, parts: stream }
}
