import Anthropic from '@anthropic-ai/sdk'
import { type ModelReply, type ModelRequest, redact } from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import { anthropicModel } from '../src/index.ts'

/** An event of the Messages API, as it is on the wire. */
export type ScriptedEvent = { readonly type: string } & Readonly<Record<string, unknown>>

/** A client of a host whose every call is answered with these events. */
function scriptedClient(events: readonly ScriptedEvent[]): Anthropic {
  const stream = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')
  const headers = { 'content-type': 'text/event-stream', 'request-id': 'req_1' }
  return new Anthropic({ apiKey: 'none', fetch: async () => new Response(stream, { headers }) })
}

/** What a model makes of these events. */
export async function replyTo(events: readonly ScriptedEvent[], more: Partial<ModelRequest> = {}): Promise<ModelReply> {
  const model = anthropicModel({ model: 'claude', client: scriptedClient(events) })
  return await model.generate(aRequest(more), callContext())
}

/** A request that asks for nothing special. */
export function aRequest(more: Partial<ModelRequest> = {}): ModelRequest {
  return {
    instructions: redact('You find root causes.'),
    messages: [{ role: 'user', text: redact('Why does checkout crash?') }],
    tools: [],
    toolChoice: 'auto',
    maxOutputTokens: 4_096,
    ...more,
  }
}
