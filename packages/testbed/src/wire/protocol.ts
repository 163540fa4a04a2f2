import type { PlayedFailure, PlayedReply, ReceivedModelRequest } from '@mendkit/testkit'

/** The events of a streamed reply, each with all its bytes. */
export interface ReplyEvents {
  /** What comes before the answer: greetings, thinking. */
  readonly before: readonly string[]
  /** The answer. The first of them makes a client tell something; at least two. */
  readonly answer: readonly string[]
  /** What ends the reply. */
  readonly after: readonly string[]
}

/** A request as it came in. */
export interface WireRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Parsed; undefined when it is no JSON. */
  readonly body: unknown
}

/** How a provider says things. One per interface that a model can be reached by. */
export interface WireProtocol {
  /** The header that names a request. */
  readonly requestIdHeader: string
  /** The request in neutral form, or why the provider would refuse it. */
  understand(request: WireRequest): ReceivedModelRequest | { readonly refused: string }
  /** A reply as a stream of server-sent events. */
  reply(reply: PlayedReply, request: ReceivedModelRequest): ReplyEvents
  /** What it sends within a stream when it can take no more. */
  readonly overloaded: string
  /** An event that is no JSON. @default one without a name */
  readonly broken?: string
  /** The body of an error. `words` belong into its message. */
  failure(failure: PlayedFailure, words: string): unknown
}

/** One server-sent event. */
export function serverSentEvent(data: unknown, name?: string): string {
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`
}
