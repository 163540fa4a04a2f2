import type { ModelMessage, ModelRequest } from '../model/model-call.ts'
import { type HideKnown, hideIn } from './hide-known.ts'

/**
 * The same request without the host's own secrets: in its words, the inputs of calls and the schemas. Names and ids that code gave
 * stay, and so does what only an adapter understands: it is signed. Throws `unavailable` when the secrets cannot be read: a request of
 * which nothing may be shown is not sent.
 */
export function hideInRequest(request: ModelRequest, hide: HideKnown): ModelRequest {
  hide.assertReadable()
  const { instructions, messages, tools, output } = request
  return {
    ...request,
    instructions: hide.text(instructions),
    messages: messages.map((message) => hideInMessage(message, hide)),
    tools: tools.map((tool) => ({
      ...tool,
      description: hide.text(tool.description),
      input: hideIn(tool.input, hide),
    })),
    ...(output && { output: { ...output, schema: hideIn(output.schema, hide) } }),
  }
}

function hideInMessage(message: ModelMessage, hide: HideKnown): ModelMessage {
  switch (message.role) {
    case 'user':
      return { ...message, text: hide.text(message.text) }
    case 'assistant':
      return {
        ...message,
        text: hide.text(message.text),
        toolCalls: message.toolCalls.map((call) => ({ ...call, input: hideIn(call.input, hide) })),
      }
    case 'tool':
      return { ...message, results: message.results.map((each) => ({ ...each, text: hide.text(each.text) })) }
  }
}
