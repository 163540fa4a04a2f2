import { MendkitError, type ModelMessage, type ModelRequest } from '@mendkit/core'
import type { ScriptedReply } from './script.ts'

/** Every text that a model is given with a request. */
export function textsOf({ instructions, messages, tools, output }: ModelRequest): readonly string[] {
  const offered = tools.map((tool) => `${tool.name}${tool.description}${JSON.stringify(tool.input)}`)
  return [instructions, ...messages.flatMap(said), ...offered, ...(output ? [JSON.stringify(output.schema)] : [])]
}

/** Gives every request the first reply that fits it and is not used up. */
export function pickReply(replies: readonly ScriptedReply[]): (request: ModelRequest, call: number) => ScriptedReply {
  const left = replies.map(({ times = 1 }) => (times === 'always' ? Number.POSITIVE_INFINITY : times))
  return (request, call) => {
    const given = [request.instructions, ...request.messages.flatMap(said)]
    const index = replies.findIndex(
      ({ when = [] }, at) => (left[at] ?? 0) > 0 && when.every((text) => given.some((one) => one.includes(text))),
    )
    const reply = replies[index]
    if (reply === undefined) throw nothingLeft(replies.length, call)
    left[index] = (left[index] ?? 0) - 1
    return reply
  }
}

function said(message: ModelMessage): readonly string[] {
  switch (message.role) {
    case 'user':
      return [message.text]
    case 'assistant':
      return [message.text, ...message.toolCalls.map(({ name, input }) => `${name}${JSON.stringify(input)}`)]
    case 'tool':
      return message.results.map(({ text }) => text)
  }
}

function nothingLeft(replies: number, call: number): MendkitError {
  const says = `the script has no reply left for call ${call + 1}: of its ${replies} replies each is used up or wants another text`
  return new MendkitError('config', `${says}; add a reply, or give one \`times: 'always'\``, { path: 'replies' })
}
