import type { ModelName, ModelReply, ModelRequest } from '../model/model-call.ts'
import type { CallContext } from './context.ts'

/** What a model can do by itself. For what it cannot, wrap it in `describedInText`. */
export interface ModelCapabilities {
  /** Whether it can be offered tools and call them. */
  readonly tools: boolean
  /** Whether it can be held to a JSON Schema. */
  readonly structuredOutput: boolean
}

/** What a model is doing, for live views. The words come as the model writes them: nobody has checked or redacted them. */
export type ModelProgress =
  | { readonly kind: 'text'; readonly delta: string }
  | { readonly kind: 'thinking'; readonly delta: string }
  | { readonly kind: 'tool-call'; readonly name: string }
  /** The call begins anew, at the same model or another: what was told so far is no part of the reply. */
  | { readonly kind: 'restart' }

/** The context of one call of a model. */
export interface ModelCallContext extends CallContext {
  /** Told as the reply comes in, at once and in order. What it throws fails the call. */
  readonly onProgress?: (progress: ModelProgress) => void
  /**
   * For wrappers that try again or elsewhere: await it before every further attempt of the same call. It reserves what the
   * attempt may cost, by the dearest model that may answer it, and throws `rejected` when a budget does not allow it. `failure` is
   * what the attempt before threw: one that was certainly not billed then gives back what was reserved for it.
   */
  readonly beforeAttempt?: (
    named: Pick<LanguageModel, 'provider' | 'model' | 'mayAnswer'>,
    failure?: unknown,
  ) => Promise<void>
}

/** A model that writes. Wire translation only: an adapter has no prompts, tries nothing twice and keeps no time. */
export interface LanguageModel extends ModelName {
  readonly spec: 1
  /** Tells it apart from others in logs, such as `openai/gpt-…`. */
  readonly id: string
  readonly capabilities: ModelCapabilities
  /** Every model that may answer in its place, as for a fallback. Absent: only itself. Budgets reserve for the dearest. */
  readonly mayAnswer?: readonly ModelName[]
  /**
   * One call, one reply. Throws `unavailable` when the same call may work later (408, 409, 429, 5xx, a connection or stream that
   * broke), with `retryAfterMs` when the provider said when; `rejected` when the provider refused (400, 401, 403, 413, a spent
   * account); `not-found` for an unknown model; `bad-response` for what its protocol does not allow; `unsupported` for
   * tools or a schema that `capabilities` says it does not have. No key and no header is in a message or cause. The abort
   * reason comes through unwrapped.
   */
  generate(request: ModelRequest, ctx: ModelCallContext): Promise<ModelReply>
}
