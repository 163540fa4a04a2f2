import type { Json, JsonObject } from './json.ts'
import type { Redacted, RedactedJson } from './redacted.ts'

/** Which model of whom. */
export interface ModelName {
  /** Whose interface it speaks, such as `openai`, `anthropic`, `google`. */
  readonly provider: string
  /** As the provider names it. Prices are looked up by it. */
  readonly model: string
}

/** A tool that a model may ask for. */
export interface ModelTool {
  /** Letters, digits, `_` and `-`, at most 64: what every provider takes. */
  readonly name: string
  readonly description: Redacted
  /** JSON Schema of an object, draft 2020-12. */
  readonly input: RedactedJson
}

/** A tool that a model asks for. */
export interface ModelToolCall {
  /** Tells calls of one reply apart; the result names it. */
  readonly id: string
  readonly name: string
  /** Untrusted. Absent when what the model wrote is no JSON object. */
  readonly input?: JsonObject
}

/** A tool call as it is given back to the model in a later request: its words have passed the redactor. */
export interface SaidToolCall {
  readonly id: string
  readonly name: string
  readonly input: RedactedJson
}

/** What a tool answered. */
export interface ModelToolResult {
  readonly callId: string
  readonly name: string
  readonly text: Redacted
  /** True when the tool could not do it, and `text` says why. */
  readonly failed: boolean
}

/**
 * What only the adapter that made it understands, such as signed thinking: given back unchanged in the same place of a later
 * request to the same provider, ignored by every other. Never shown, never stored in the log.
 */
export interface ModelContinuation {
  readonly provider: string
  readonly data: Json
}

/** One turn of a conversation. */
export type ModelMessage =
  | { readonly role: 'user'; readonly text: Redacted }
  | {
      readonly role: 'assistant'
      /** May be empty when there are tool calls. */
      readonly text: Redacted
      readonly toolCalls: readonly SaidToolCall[]
      readonly continuation?: ModelContinuation
    }
  /** One result for every tool call of the turn before. */
  | { readonly role: 'tool'; readonly results: readonly ModelToolResult[] }

/** The form that a reply must have. */
export interface ModelOutput {
  /** Letters, digits, `_` and `-`, at most 64. */
  readonly name: string
  /** JSON Schema of an object, draft 2020-12. */
  readonly schema: RedactedJson
}

/** What a model is asked. Every text has passed the redactor: nothing else type-checks. */
export interface ModelRequest {
  /** What stays the same from call to call. Adapters mark it, with the tools, for prompt caching where a provider has that. */
  readonly instructions: Redacted
  /** Oldest first, at least one; the first is of the user, the last is not of the assistant. */
  readonly messages: readonly ModelMessage[]
  readonly tools: readonly ModelTool[]
  /** Whether it may call a tool, must call one, or must answer now. */
  readonly toolChoice: 'auto' | 'required' | 'none'
  /** Absent: prose. With it a reply that calls no tool is an object of this form. */
  readonly output?: ModelOutput
  /** At most so many tokens are written, thinking included. */
  readonly maxOutputTokens: number
}

/** Tokens of one call as the provider counted them. What it did not say is absent, never zero. */
export interface ModelUsage {
  /** All that was read, cached or not. */
  readonly inputTokens?: number
  /** The part of `inputTokens` that was read from a cache. */
  readonly cachedInputTokens?: number
  /** The part of `inputTokens` that was written to a cache. */
  readonly cacheWriteTokens?: number
  /** All that was written, thinking included. */
  readonly outputTokens?: number
  /** The part of `outputTokens` that was thinking. */
  readonly thinkingTokens?: number
}

/** What a model answered. Everything in it is untrusted. */
export type ModelContent =
  /** Also what a model wrote in place of the object that it was asked for. */
  | { readonly kind: 'text'; readonly text: string }
  /** At least one call; `text` is what was said beside. */
  | { readonly kind: 'tool-calls'; readonly calls: readonly ModelToolCall[]; readonly text: string }
  /** Parsed, not validated: not every provider holds its models to the schema. */
  | { readonly kind: 'object'; readonly object: JsonObject }
  /** The model or its provider would not answer. `text` may be empty. */
  | { readonly kind: 'refusal'; readonly text: string }

/** One reply. */
export interface ModelReply {
  readonly content: ModelContent
  /** `length`: cut at `maxOutputTokens` or at the end of the context; what there is may be half of something. */
  readonly finish: 'stop' | 'tool-calls' | 'length' | 'refusal'
  readonly usage: ModelUsage
  /** What was left out of the request, or looked odd in the reply. */
  readonly warnings: readonly string[]
  /** The provider's name for this call. */
  readonly requestId?: string
  /** Which model answered. */
  readonly answeredBy: ModelName
  readonly continuation?: ModelContinuation
}
