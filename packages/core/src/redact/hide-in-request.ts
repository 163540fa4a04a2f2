import type { ModelMessage, ModelRequest } from '../model/model-call.ts'
import { type HideKnown, hideIn } from './hide-known.ts'

/** The same request without the host's own secrets. What only an adapter understands stays as it is: it is signed. */
export function hideInRequest(request: ModelRequest, hide: HideKnown): ModelRequest {
  const { messages, ...rest } = request
  return { ...hideIn(rest, hide), messages: messages.map((message) => hideInMessage(message, hide)) }
}

function hideInMessage(message: ModelMessage, hide: HideKnown): ModelMessage {
  if (message.role !== 'assistant' || message.continuation === undefined) return hideIn(message, hide)
  const { continuation, ...rest } = message
  return { ...hideIn(rest, hide), continuation }
}
