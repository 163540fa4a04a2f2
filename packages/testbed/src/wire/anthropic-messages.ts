import type { PlayedAnswer, PlayedFailure, PlayedReply, PlayedUsage } from '@mendkit/testkit'
import { understandMessages } from './anthropic-messages-request.ts'
import { type ReplyEvents, serverSentEvent, type WireProtocol } from './protocol.ts'

/** The Messages API of Anthropic, at `/v1/messages`. */
export const anthropicMessages: WireProtocol = {
  requestIdHeader: 'request-id',
  understand: understandMessages,
  reply: (reply, { model }) => replyEvents(reply, model),
  overloaded: named({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
  broken: named({ type: 'content_block_delta' }).replace('}', ''),
  failure: failureBody,
}

type Event = { readonly type: string } & Readonly<Record<string, unknown>>

/** One of its events: named by its type, as the vendor's client demands. */
function named(event: Event): string {
  return serverSentEvent(event, event.type)
}

function replyEvents({ answer, thinking, usage, cut = false }: PlayedReply, model: string): ReplyEvents {
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model, content: [] }
  const counted = usage && countsOf(usage)
  const before = [
    named({
      type: 'message_start',
      message: {
        ...message,
        stop_reason: null,
        stop_sequence: null,
        ...(counted && { usage: { ...counted, output_tokens: 1 } }),
      },
    }),
    named({ type: 'ping' }),
    ...(thinking === undefined
      ? []
      : block(0, { type: 'thinking', thinking: '', signature: '' }, [
          { type: 'thinking_delta', thinking: thinking.text },
          { type: 'signature_delta', signature: thinking.sealed },
        ])),
  ]
  return {
    before,
    answer: answerEvents(answer, thinking === undefined ? 0 : 1),
    after: [
      named({
        type: 'message_delta',
        delta: { stop_reason: stopReason(answer, cut), stop_sequence: null },
        ...(counted && { usage: counted }),
      }),
      named({ type: 'message_stop' }),
    ],
  }
}

/** Anthropic counts what the cache had to do with beside the input, not in it. */
function countsOf({ input, cached, output, thinking }: PlayedUsage) {
  return {
    input_tokens: input - cached,
    cache_read_input_tokens: cached,
    cache_creation_input_tokens: 0,
    output_tokens: output,
    output_tokens_details: { thinking_tokens: thinking },
  }
}

function stopReason({ kind }: PlayedAnswer, cut: boolean): string {
  if (cut) return 'max_tokens'
  return kind === 'refusal' ? 'refusal' : kind === 'tool-calls' ? 'tool_use' : 'end_turn'
}

function answerEvents(answer: PlayedAnswer, from: number): readonly string[] {
  const says =
    answer.pieces.length === 0
      ? []
      : block(
          from,
          { type: 'text', text: '' },
          answer.pieces.map((text) => ({ type: 'text_delta', text })),
        )
  const calls = answer.kind === 'tool-calls' ? answer.calls : []
  return [
    ...says,
    ...calls.flatMap(({ id, name, input }, index) =>
      block(
        from + (says.length === 0 ? 0 : 1) + index,
        { type: 'tool_use', id, name, input: {} },
        [input.slice(0, 5), input.slice(5)].map((partial_json) => ({ type: 'input_json_delta', partial_json })),
      ),
    ),
  ]
}

/** A piece of a reply. Its beginning and first delta come together, so that the first event tells something. */
function block(index: number, content_block: unknown, deltas: readonly unknown[]): readonly string[] {
  const [first = '', ...rest] = deltas.map((delta) => named({ type: 'content_block_delta', index, delta }))
  const start = named({ type: 'content_block_start', index, content_block })
  return [start + first, ...rest, named({ type: 'content_block_stop', index })]
}

const types: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
}

function failureBody({ status, because }: PlayedFailure, words: string): unknown {
  const type = types[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error')
  const special = because === undefined ? undefined : reasons[because]
  const message = `${special?.message ?? 'The request is not right.'} (${words})`
  return { type: 'error', error: { type: special?.type ?? type, message } }
}

const reasons: Readonly<
  Record<NonNullable<PlayedFailure['because']>, { readonly type: string; readonly message: string }>
> = {
  'spent-account': {
    type: 'billing_error',
    message: 'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.',
  },
  'context-too-long': {
    type: 'invalid_request_error',
    message: 'prompt is too long: 210000 tokens > 200000 maximum',
  },
  'content-filter': { type: 'invalid_request_error', message: 'Output blocked by content filtering policy' },
}
