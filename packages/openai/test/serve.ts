import { type OpenaiModelOptions, openaiModel } from '@mendkit/openai'
import {
  openaiChat,
  openaiResponses,
  type Script,
  serverSentEvent,
  type WireProtocol,
  wireServer,
} from '@mendkit/testbed/wire'
import { played } from '@mendkit/testkit'
import { onTestFinished } from 'vitest'

/** A key that looks like none, so that only who knows it can take it out. */
export const apiKey = 'key-of-the-contract-7f3a91'

/** The protocol of an interface. */
const protocols = { responses: openaiResponses, chat: openaiChat } as const

/** A server until the test ends, and a model that asks it. */
export async function serve(script: Script, options: Partial<OpenaiModelOptions> = {}, protocol?: WireProtocol) {
  const server = await wireServer(protocol ?? protocols[options.api ?? 'responses'], script)
  onTestFinished(server.close)
  const reached = options.client === undefined ? { apiKey, baseURL: `${server.url}/v1` } : {}
  return { server, model: openaiModel({ model: 'gpt-test', ...reached, ...options }) }
}

/** A server that answers every request with these events, whatever they are. */
export function saying(api: 'responses' | 'chat', events: readonly object[]): WireProtocol {
  const sent = events.map((event) => serverSentEvent(event, 'type' in event ? String(event.type) : undefined))
  const after = api === 'chat' ? ['data: [DONE]\n\n'] : []
  return { ...protocols[api], reply: () => ({ before: [], answer: sent, after }) }
}

/** A situation in which the events of `saying` come whole. */
export const whole = played({ kind: 'text', pieces: [] })
