import type { ReceivedModelRequest } from '@mendkit/testkit'
import { z } from 'zod'
import { openaiChat } from './openai-chat.ts'
import { understandChat } from './openai-chat-request.ts'
import type { WireProtocol, WireRequest } from './protocol.ts'

/**
 * Chat completions as servers speak them that are only compatible, each oddity seen in recorded replies or in such a server:
 * comments between events, line ends of two characters, no space after `data:`, calls numbered from 1, usage in the last chunk, thinking
 * beside the counted tokens, errors that are a mere text. They know `max_tokens` alone and refuse fields that they do not know.
 */
export const openaiCompatible: WireProtocol = {
  ...openaiChat,
  understand,
  reply(reply, request) {
    const { before, answer, after } = openaiChat.reply(reply, request)
    const [finish = '', ...rest] = after
    const counted = rest.length > 1 ? dataOf(rest[0])['usage'] : undefined
    const last = { ...dataOf(finish), ...(counted !== undefined && { usage: beside(counted) }) }
    return {
      before: [': keep-alive\r\n\r\n', ...before.map(oddly)],
      answer: answer.map(oddly),
      after: [eventOf(last), 'data:[DONE]\r\n\r\n'],
    }
  },
  overloaded: eventOf({ error: { message: 'overloaded', type: 'overloaded_error', code: 529 } }),
  failure({ because }, words) {
    if (because === undefined) return { error: `cannot do that (${words})` }
    return openaiChat.failure({ status: 400, because }, words)
  },
}

function understand(request: WireRequest): ReceivedModelRequest | { readonly refused: string } {
  const fields = z.looseObject({}).safeParse(request.body).data ?? {}
  const unknown = ['max_completion_tokens', 'stream_options', 'store'].find((field) => field in fields)
  return unknown === undefined ? understandChat(request) : { refused: `unknown field ${unknown}` }
}

const chunk = z.looseObject({
  choices: z.array(
    z.looseObject({ delta: z.looseObject({ tool_calls: z.array(z.looseObject({ index: z.int() })).optional() }) }),
  ),
})

function oddly(event: string): string {
  const { choices, ...more } = chunk.parse(dataOf(event))
  const odd = choices.map(({ delta: { reasoning_content: reasoning, tool_calls, ...delta }, ...choice }) => ({
    ...choice,
    delta: {
      ...delta,
      ...(reasoning !== undefined && { reasoning }),
      ...(tool_calls !== undefined && { tool_calls: tool_calls.map((call) => ({ ...call, index: call.index + 1 })) }),
    },
  }))
  return eventOf({ ...more, choices: odd })
}

const usage = z.looseObject({
  completion_tokens: z.int(),
  completion_tokens_details: z.looseObject({ reasoning_tokens: z.int() }),
})

/** Thinking is no part of what was completed here; the total holds it. */
function beside(counted: unknown): unknown {
  const { completion_tokens, ...more } = usage.parse(counted)
  return { ...more, completion_tokens: completion_tokens - more.completion_tokens_details.reasoning_tokens }
}

function dataOf(event = ''): Readonly<Record<string, unknown>> {
  return z.looseObject({}).parse(JSON.parse(event.slice('data: '.length)))
}

function eventOf(data: unknown): string {
  return `data:${JSON.stringify(data)}\r\n\r\n`
}
