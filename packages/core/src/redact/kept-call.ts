import type { JsonObject } from '../model/json.ts'
import type { ModelContent, ModelMessage, ModelReply, ModelRequest } from '../model/model-call.ts'
import { redactJson } from './redact-json.ts'

/** Turns as they are kept: without what only an adapter understands, and with calls that are numbered. */
export function keptMessages(messages: ModelRequest['messages']): readonly object[] {
  const nameOf = callNames()
  return messages.map((each) => kept(each, nameOf))
}

/** A reply as it is kept. `request` is what it answers: calls go on being numbered from there. */
export function keptReply(reply: ModelReply, request: Pick<ModelRequest, 'messages'>): object {
  const nameOf = callNames()
  for (const each of request.messages) kept(each, nameOf)
  const { continuation: _, content, ...rest } = reply
  return { ...rest, content: keptContent(content, nameOf) }
}

/** What the types of a request and a reply allow is JSON but for fields that are undefined, which JSON has none of. */
export function asJson(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject
}

/** Providers name calls by chance, which looks like a secret and would be masked alike: here they are numbered. */
function callNames(): (id: string) => string {
  const known = new Map<string, string>()
  return (id) => {
    const name = known.get(id) ?? `call-${known.size + 1}`
    known.set(id, name)
    return name
  }
}

function kept(message: ModelMessage, nameOf: (id: string) => string): object {
  switch (message.role) {
    case 'user':
      return message
    case 'assistant': {
      const { role, text, toolCalls } = message
      return { role, text, toolCalls: toolCalls.map((call) => ({ ...call, id: nameOf(call.id) })) }
    }
    case 'tool': {
      const results = message.results.map((result) => ({ ...result, callId: nameOf(result.callId) }))
      return { role: message.role, results }
    }
  }
}

function keptContent(content: ModelContent, nameOf: (id: string) => string): object {
  if (content.kind === 'object') return { ...content, object: redactJson(content.object) }
  if (content.kind !== 'tool-calls') return content
  const calls = content.calls.map(({ id, name, input }) => ({
    id: nameOf(id),
    name,
    ...(input && { input: redactJson(input) }),
  }))
  return { ...content, calls }
}
