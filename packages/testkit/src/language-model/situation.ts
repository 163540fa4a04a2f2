/** What the model of a played reply wrote. Text comes in the pieces in which it is streamed. */
export type PlayedAnswer =
  | { readonly kind: 'text'; readonly pieces: readonly string[] }
  | {
      readonly kind: 'tool-calls'
      /** Said before the calls; empty for nothing. */
      readonly pieces: readonly string[]
      readonly calls: readonly PlayedToolCall[]
    }
  /** What the model wrote where an object was asked for: JSON, or not. */
  | { readonly kind: 'object'; readonly pieces: readonly string[] }
  | { readonly kind: 'refusal'; readonly pieces: readonly string[] }

/** One tool call of a played reply. */
export interface PlayedToolCall {
  readonly id: string
  readonly name: string
  /** What the model wrote as input: JSON, or not. */
  readonly input: string
}

/** Thinking before an answer. */
export interface PlayedThinking {
  /** What is shown of it. */
  readonly text: string
  /** What the provider wants back unchanged: a signature, encrypted content. */
  readonly sealed: string
}

/** How a provider counted. All that was read, and the cached part of it; all that was written, and the thinking in it. */
export interface PlayedUsage {
  readonly input: number
  readonly cached: number
  readonly output: number
  readonly thinking: number
}

/**
 * How the bytes of a reply come.
 *
 * - `whole`: at once.
 * - `split`: in pieces that end anywhere, also within a character.
 * - `held`: up to the first piece of the answer; the rest when `proceed` is called.
 * - `stuck`: up to the first piece of the answer, and nothing after.
 * - `cut`: the connection breaks within the answer.
 * - `ended`: the response ends properly within the answer.
 * - `broken`: an event within the answer is no JSON.
 * - `failing`: the provider says within the answer that it is overloaded.
 */
export type Pace = 'whole' | 'split' | 'held' | 'stuck' | 'cut' | 'ended' | 'broken' | 'failing'

/** A reply as the provider sends it. */
export interface PlayedReply {
  readonly answer: PlayedAnswer
  readonly thinking?: PlayedThinking
  /** Absent: the provider does not say how much was used. */
  readonly usage?: PlayedUsage
  /** True when the model was cut at the token limit. */
  readonly cut?: boolean
  readonly pace: Pace
}

/** What makes a provider refuse, where its status alone does not say it. */
export type RefusedFor =
  /** The account has no money left. */
  | 'spent-account'
  /** The request is longer than the model's context. */
  | 'context-too-long'
  /** A filter of the provider does not let the request through. */
  | 'content-filter'

/** An error of the provider, in its own form. The message repeats the headers of the request that prove who asks. */
export interface PlayedFailure {
  readonly status: number
  readonly because?: RefusedFor
  /** Sent beside, such as `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>
}

/** What stands at the other end of a call. */
export type ModelSituation =
  | { readonly kind: 'reply'; readonly reply: PlayedReply }
  | { readonly kind: 'failure'; readonly failure: PlayedFailure }
  /** A page of a proxy, with this status. */
  | { readonly kind: 'html'; readonly status: number }
  /** A redirect to another server, with this status. */
  | { readonly kind: 'redirect'; readonly status: number }
  /** The connection is taken, and nothing is answered. */
  | { readonly kind: 'silent' }
  /** Nobody listens. */
  | { readonly kind: 'unreachable' }

/** The id that every server gives a request. */
export const playedRequestId = 'req-of-the-contract-0001'

/** A header that every server sends, `set-cookie`, and that nobody may show. */
export const playedCookie = 'session-of-the-contract-5f1c'

/** How much every reply of the contract used. */
export const playedUsage: PlayedUsage = { input: 1_200, cached: 1_024, output: 345, thinking: 45 }

/** A reply of the contract; whole and counted, unless told otherwise. */
export function played(answer: PlayedAnswer, more: Partial<Omit<PlayedReply, 'answer'>> = {}): ModelSituation {
  return { kind: 'reply', reply: { answer, usage: playedUsage, pace: 'whole', ...more } }
}
