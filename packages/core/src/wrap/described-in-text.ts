import type { Json, JsonObject } from '../model/json.ts'
import type { ModelContent, ModelReply, ModelToolCall } from '../model/model-call.ts'
import type { LanguageModel, ModelCallContext } from '../ports/language-model.ts'
import { around } from './around.ts'
import { callField, type Described, describedOf, requestInText } from './described-request.ts'
import { firstObject } from './first-object.ts'
import { checkModel } from './option-fields.ts'

/** Of a longer reply nothing is read. */
const longestReply = 1_000_000

/** Of more calls in one reply the first are taken. */
const mostCalls = 32

/**
 * Serves tools and objects by a model that has none: what it could not be told otherwise is written into its instructions, and its
 * reply is read for the first object of JSON, fenced or bare. What is none comes back as the text that it is; nothing is
 * asked twice. A reply that was cut at the limit is not read either. What the model can do by itself is left to it; one that can
 * do both is given back as it is.
 *
 * The descriptions cost input tokens in every call, about as many as a provider's own form of them. Tool calls in text have the ids
 * `text-1`, `text-2` … of their reply. Throws `config` for what is no model.
 */
export function describedInText(model: LanguageModel): LanguageModel {
  checkModel('describedInText', model)
  const { capabilities } = model
  if (capabilities.tools && capabilities.structuredOutput) return model

  return around(
    model,
    async (request, ctx) => {
      const described = describedOf(capabilities, request)
      const reply = await model.generate(requestInText(capabilities, request, described), ctx)
      return understood(reply, described, ctx)
    },
    { capabilities: { tools: true, structuredOutput: true } },
  )
}

function understood(reply: ModelReply, { tools, output }: Described, ctx: ModelCallContext): ModelReply {
  const { content } = reply
  const isRead = tools.length > 0 || output !== undefined
  if (!isRead || content.kind !== 'text' || reply.finish === 'length' || content.text.length > longestReply)
    return reply
  const object = firstObject(content.text)
  if (object === undefined) return reply
  const calls = tools.length > 0 ? callsOf(object) : []
  if (calls.length > 0) {
    for (const { name } of calls) ctx.onProgress?.({ kind: 'tool-call', name })
    return { ...reply, content: { kind: 'tool-calls', calls, text: '' }, finish: 'tool-calls' }
  }
  if (output === undefined || Object.hasOwn(object, callField)) return reply
  return { ...reply, content: { kind: 'object', object } satisfies ModelContent }
}

/** The calls that an object asks for. Whether there is such a tool, and what it takes, is for the caller to check. */
function callsOf(object: JsonObject): readonly ModelToolCall[] {
  const asked: Json | undefined = object[callField]
  if (!isList(asked)) return []
  const named = asked.filter(isObject).flatMap(({ name, input }) => (typeof name === 'string' ? [{ name, input }] : []))
  return named
    .slice(0, mostCalls)
    .map(({ name, input = {} }, index) => ({ id: `text-${index + 1}`, name, ...(isObject(input) && { input }) }))
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
