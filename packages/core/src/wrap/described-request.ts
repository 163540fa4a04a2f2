import type { ModelMessage, ModelOutput, ModelRequest, ModelTool } from '../model/model-call.ts'
import type { Redacted, RedactedJson } from '../model/redacted.ts'
import type { ModelCapabilities } from '../ports/language-model.ts'
import { message } from '../redact/message.ts'

/** The field by which a reply in text calls tools. */
export const callField = 'call_tools'

/** What of a request has to be said in words, because the model cannot be told otherwise. */
export interface Described {
  readonly tools: readonly ModelTool[]
  readonly output?: ModelOutput
}

/**
 * What is to be described. An object beside described tools is described too: a model that is held to a schema could not call
 * a tool in text.
 */
export function describedOf({ tools, structuredOutput }: ModelCapabilities, request: ModelRequest): Described {
  const inText = tools || request.toolChoice === 'none' ? [] : request.tools
  const { output } = request
  return { tools: inText, ...(output && (!structuredOutput || inText.length > 0) && { output }) }
}

/** The request as such a model can be asked. */
export function requestInText(
  { tools: able }: ModelCapabilities,
  request: ModelRequest,
  described: Described,
): ModelRequest {
  const { output, ...rest } = request
  return {
    ...rest,
    instructions: joined([request.instructions, ...inWords(described, request.toolChoice)]),
    ...(output && described.output === undefined && { output }),
    ...(!able && { tools: [], toolChoice: 'none' as const, messages: request.messages.map(turnInText) }),
  }
}

function inWords({ tools, output }: Described, toolChoice: ModelRequest['toolChoice']): readonly Redacted[] {
  const answer =
    output === undefined
      ? message`Otherwise answer in plain words.`
      : message`Otherwise answer with the object described below.`
  const calling = [
    message`# Tools\n\nYou can call tools. To call some, reply with one JSON object and nothing else, in this form:\n{"${callField}": [{"name": "<name of a tool>", "input": {}}]}\nThe results come with the next message.`,
    toolChoice === 'required' ? message`You must call at least one tool now.` : answer,
    ...tools.map(({ name, description, input }) =>
      joined(
        [message`## ${name}`, description, joined([message`JSON Schema of its input:`, jsonText(input)], '\n')],
        '\n',
      ),
    ),
  ]
  const form =
    output &&
    joined(
      [
        message`# Form of the answer\n\nAnswer with one JSON object and nothing else: no words around it and no fence. It must fit this JSON Schema:`,
        jsonText(output.schema),
      ],
      '\n',
    )
  return [...(tools.length > 0 ? calling : []), ...(form === undefined ? [] : [form])]
}

/** A turn in words: what was called, and what came of it. */
function turnInText(turn: ModelMessage): ModelMessage {
  switch (turn.role) {
    case 'user':
      return turn
    case 'assistant': {
      if (turn.toolCalls.length === 0) return turn
      const calls = turn.toolCalls.map(({ name, input }) =>
        joined([message`{"name": "${name}", "input": `, jsonText(input), message`}`], ''),
      )
      const called = joined([message`{"${callField}": [`, joined(calls, ', '), message`]}`], '')
      return { ...turn, text: turn.text === '' ? called : joined([turn.text, called], '\n'), toolCalls: [] }
    }
    case 'tool': {
      const results = turn.results.map(({ name, text, failed }, index) =>
        joined(
          [
            failed ? message`Call ${index + 1}, ${name}, failed:` : message`Result of call ${index + 1}, ${name}:`,
            text,
          ],
          '\n',
        ),
      )
      return { role: 'user', text: joined(results) }
    }
  }
}

/** Parts of which each has passed the redactor, so that the whole need not pass again. */
function joined(parts: readonly Redacted[], between = '\n\n'): Redacted {
  return parts.join(between) as Redacted
}

/** Every text within has passed the redactor. */
function jsonText(value: RedactedJson): Redacted {
  return JSON.stringify(value) as Redacted
}
