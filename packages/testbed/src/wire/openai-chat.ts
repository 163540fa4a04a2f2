import type { PlayedReply } from '@mendkit/testkit'
import { understandChat } from './openai-chat-request.ts'
import { openaiFailure } from './openai-errors.ts'
import { type ReplyEvents, serverSentEvent, type WireProtocol } from './protocol.ts'

/** Chat completions, as OpenAI and most compatible servers speak them, at `/v1/chat/completions`. */
export const openaiChat: WireProtocol = {
  requestIdHeader: 'x-request-id',
  understand: understandChat,
  reply: (reply, { model }) => replyEvents(reply, model),
  overloaded: serverSentEvent({
    error: { message: 'The engine is currently overloaded.', type: 'server_error', param: null, code: null },
  }),
  failure: openaiFailure,
}

function replyEvents({ answer, thinking, usage, cut = false }: PlayedReply, model: string): ReplyEvents {
  const base = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_767_225_600, model }
  const chunk = (delta: unknown, finish_reason: string | null = null) =>
    serverSentEvent({ ...base, choices: [{ index: 0, delta, logprobs: null, finish_reason }] })
  const calls = answer.kind === 'tool-calls' ? answer.calls : []
  const said = answer.pieces.map((piece) => chunk(answer.kind === 'refusal' ? { refusal: piece } : { content: piece }))
  const called = calls.flatMap(({ id, name, input }, index) => {
    const middle = Math.ceil(input.length / 2)
    return [
      chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }),
      ...[input.slice(0, middle), input.slice(middle)].map((part) =>
        chunk({ tool_calls: [{ index, function: { arguments: part } }] }),
      ),
    ]
  })
  const finish = cut ? 'length' : calls.length > 0 ? 'tool_calls' : 'stop'
  const counted = usage && {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cached },
    completion_tokens_details: { reasoning_tokens: usage.thinking },
  }
  return {
    before: [
      chunk({ role: 'assistant', content: '', refusal: null }),
      ...(thinking === undefined ? [] : [chunk({ reasoning_content: thinking.text })]),
    ],
    answer: [...said, ...called],
    after: [
      chunk({}, finish),
      ...(counted === undefined ? [] : [serverSentEvent({ ...base, choices: [], usage: counted })]),
      'data: [DONE]\n\n',
    ],
  }
}
