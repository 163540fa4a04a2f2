import type { ModelContent, ModelMessage, ModelReply, ModelRequest } from '../model/model-call.ts'
import type { RedactedJson } from '../model/redacted.ts'
import { redacted } from './common.ts'
import { byKind, either, field, flag, jsonObject, list, object, oneOf, optional, text, whole } from './field.ts'

/** A JSON object that passed the redactor before it was stored. */
const redactedJson = field((value): value is RedactedJson => jsonObject.wrongAt(value) === undefined)

/** The part of a request that stays the same from call to call. */
export type RequestPrefix = Pick<ModelRequest, 'instructions' | 'tools' | 'output'>
/** The part of a request that is another with every call. */
export type RequestRest = Omit<ModelRequest, keyof RequestPrefix>

/** How the prefix of a request is kept. */
export const requestPrefix = object<RequestPrefix>({
  instructions: redacted,
  tools: list(object<ModelRequest['tools'][number]>({ name: text, description: redacted, input: redactedJson })),
  output: optional(object<NonNullable<ModelRequest['output']>>({ name: text, schema: redactedJson })),
})

type Of<Role extends ModelMessage['role']> = Omit<Extract<ModelMessage, { role: Role }>, 'continuation'>

const message = either<[Of<'user'>, Of<'assistant'>, Of<'tool'>]>(
  object<Of<'user'>>({ role: oneOf('user'), text: redacted }),
  object<Of<'assistant'>>({
    role: oneOf('assistant'),
    text: redacted,
    toolCalls: list(object<Of<'assistant'>['toolCalls'][number]>({ id: text, name: text, input: redactedJson })),
  }),
  object<Of<'tool'>>({
    role: oneOf('tool'),
    results: list(object<Of<'tool'>['results'][number]>({ callId: text, name: text, text: redacted, failed: flag })),
  }),
)

/** How the rest of a request is kept. */
export const requestRest = object<RequestRest>({
  messages: list(message),
  toolChoice: oneOf('auto', 'required', 'none'),
  maxOutputTokens: whole,
})

const content = byKind<ModelContent>({
  text: { text },
  'tool-calls': { calls: list(object<ToolCall>({ id: text, name: text, input: optional(jsonObject) })), text },
  object: { object: jsonObject },
  refusal: { text },
})
type ToolCall = Extract<ModelContent, { kind: 'tool-calls' }>['calls'][number]

/** How a reply is kept. */
export const storedReply = object<Omit<ModelReply, 'continuation'>>({
  content,
  finish: oneOf('stop', 'tool-calls', 'length', 'refusal'),
  usage: object<ModelReply['usage']>({
    inputTokens: optional(whole),
    cachedInputTokens: optional(whole),
    cacheWriteTokens: optional(whole),
    outputTokens: optional(whole),
    thinkingTokens: optional(whole),
  }),
  warnings: list(text),
  requestId: optional(text),
  answeredBy: object<ModelReply['answeredBy']>({ provider: text, model: text }),
})
