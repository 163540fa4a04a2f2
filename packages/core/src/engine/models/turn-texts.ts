import { blobDigest } from '../../audit/blob-digest.ts'
import type { Blob } from '../../model/audit-entry.ts'
import type { JsonObject } from '../../model/json.ts'
import type { ModelMessage, ModelReply, ModelRequest } from '../../model/model-call.ts'
import type { Redacted } from '../../model/redacted.ts'
import { redactJson } from '../../redact/redact-json.ts'
import { redactWithin } from '../../redact/redact-within.ts'
import { redactedRecord } from '../../redact/redacted-record.ts'
import type { Parts } from '../parts.ts'

/** Instructions, tools and the form of the reply, as they are kept. */
export function prefixText({ instructions, tools, output }: ModelRequest): Redacted {
  return recordOf({ instructions, tools, output })
}

/** The rest of a request, as it is kept. */
export function requestText(request: ModelRequest): Redacted {
  const nameOf = callNames()
  const { toolChoice, maxOutputTokens } = request
  return recordOf({ messages: request.messages.map((each) => kept(each, nameOf)), toolChoice, maxOutputTokens })
}

/** A reply as it is kept. `request` is what it answers: calls go on being numbered from there. */
export function replyText(reply: ModelReply, request: ModelRequest): Redacted {
  const nameOf = callNames()
  for (const each of request.messages) kept(each, nameOf)
  const { continuation: _, content, ...rest } = reply
  return recordOf({ ...rest, content: keptContent(content, nameOf) })
}

/** The blob of such a text. One that is too long to keep is cut, and can then only be read by people. */
export function recordBlob(
  parts: Pick<Parts, 'random' | 'settings' | 'metrics'>,
  tenant: string,
  text: Redacted,
): Blob {
  const most = parts.settings.engine.maxTextLength
  const fits = text.length <= most
  if (!fits) parts.metrics.count('mendkit_texts_cut_total')
  const whole = fits ? text : redactWithin(text, most).text
  const salt = parts.random.hex(16)
  return { tenant, digest: blobDigest(salt, whole), salt, text: whole }
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

function keptContent(content: ModelReply['content'], nameOf: (id: string) => string): object {
  if (content.kind === 'object') return { ...content, object: redactJson(content.object) }
  if (content.kind !== 'tool-calls') return content
  const calls = content.calls.map(({ id, name, input }) => ({
    id: nameOf(id),
    name,
    ...(input && { input: redactJson(input) }),
  }))
  return { ...content, calls }
}

function recordOf(value: object): Redacted {
  // What the types of a request and a reply allow is JSON but for fields that are undefined, which JSON has none of.
  return redactedRecord(JSON.parse(JSON.stringify(value)) as JsonObject)
}
