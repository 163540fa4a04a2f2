import type {
  ErrorCode,
  JsonObject,
  ModelContinuation,
  ModelName,
  ModelProgress,
  ModelReply,
  ModelToolCall,
  ModelUsage,
} from '@mendkit/core'

/** What a reply of a script says beside its content. */
export interface ScriptedFacts {
  /**
   * The reply is given only to a request that has all these texts in its instructions, messages or tool results; another
   * request gets the next reply that fits. @default any request
   */
  readonly when?: readonly string[]
  /** How many requests it is given to before the next reply has its turn. @default 1 */
  readonly times?: number | 'always'
  /** Milliseconds before the first sign of life. @default 0 */
  readonly afterMs?: number
  /** Milliseconds between two signs of life, and before the reply is complete. @default 0 */
  readonly everyMs?: number
  /** What `onProgress` is told. @default text in words, the name of every tool called */
  readonly progress?: readonly ModelProgress[]
  /** `{}`: the provider counted nothing. @default a token for every four characters of what was read and written */
  readonly usage?: ModelUsage
  /** @default what the content says; `length` when the text was cut at `maxOutputTokens` */
  readonly finish?: ModelReply['finish']
  /** @default none */
  readonly warnings?: readonly string[]
  /** @default `scripted-` and the number of the call */
  readonly requestId?: string
  /** @default the model that was asked */
  readonly answeredBy?: ModelName
  /** @default none */
  readonly continuation?: ModelContinuation
}

/** A call as a script writes it. */
export interface ScriptedToolCall extends Omit<ModelToolCall, 'id'> {
  /** @default `call-`, the number of the request, `-` and the number of the call in the reply */
  readonly id?: string
}

/** An error as a script writes it: what `MendkitError` is made of. */
export interface ScriptedError {
  readonly code: ErrorCode
  readonly message: string
  readonly retryAfterMs?: number
  readonly status?: number
}

/** One reply of a script. */
export type ScriptedReply = ScriptedFacts &
  (
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'tool-calls'; readonly calls: readonly ScriptedToolCall[]; readonly text?: string }
    /** To a request that wants no object it is text, as of a model that writes JSON by itself. */
    | { readonly kind: 'object'; readonly object: JsonObject }
    | { readonly kind: 'refusal'; readonly text?: string }
    /** Fails, after its `progress` when it has one: a stream that broke. */
    | { readonly kind: 'error'; readonly error: ScriptedError }
    /** Says nothing more after its `progress`, until the caller gives up. */
    | { readonly kind: 'hang' }
  )

/** What a scripted model can be told. */
export interface ScriptedModelOptions {
  /** @default 'scripted' */
  readonly provider?: string
  /** @default 'scripted' */
  readonly model?: string
  /** @default true: it can be offered tools */
  readonly tools?: boolean
  /** @default true: it can be held to a schema */
  readonly structuredOutput?: boolean
  /**
   * Whether a reply may break the request's `toolChoice`, or call a tool when none is offered, or be longer than
   * `maxOutputTokens`: as a hostile model does. Otherwise such a reply is a mistake of the script and throws `config`, and text
   * that is too long is cut. @default false
   */
  readonly disobeys?: boolean
}

/** A script as data, of a JSON file. */
export interface ModelScript extends ScriptedModelOptions {
  readonly version: 1
  /** At least one, at most 10,000. */
  readonly replies: readonly ScriptedReply[]
}
