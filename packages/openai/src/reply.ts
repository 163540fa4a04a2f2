import type { Json, JsonObject, ModelContent, ModelReply, ModelRequest, ModelToolCall, ModelUsage } from '@mendkit/core'
import type { OpenaiModelOptions } from './options.ts'

/** What a model was made with, and what tells its place apart from that of another. */
export interface Setting extends OpenaiModelOptions {
  readonly provider: string
  /** Host and model. What was thought at one place is not understood at another. */
  readonly place: string
}

/** What was collected of a stream. */
export type CollectedReply = Omit<ModelReply, 'answeredBy'>

/** What a model wrote, before it is known what it is. */
export interface Written {
  readonly text: string
  readonly refusal: string
  readonly calls: readonly { readonly id: string; readonly name: string; readonly input: string }[]
  /** `filter`: the provider stopped it. */
  readonly end: 'stop' | 'length' | 'filter'
}

/** What the written words are, to somebody who asked for `request`. */
export function contentOf(
  { text, refusal, calls, end }: Written,
  request: ModelRequest,
): Pick<ModelReply, 'content' | 'finish'> {
  if (end === 'filter' || refusal !== '') {
    return { content: { kind: 'refusal', text: refusal === '' ? text : refusal }, finish: 'refusal' }
  }
  if (calls.length > 0) {
    const content: ModelContent = { kind: 'tool-calls', calls: calls.map(toolCall), text }
    return { content, finish: end === 'length' ? 'length' : 'tool-calls' }
  }
  const object = request.output === undefined ? undefined : objectOf(text)
  return { content: object === undefined ? { kind: 'text', text } : { kind: 'object', object }, finish: end }
}

/** A model that gives a tool no input may write nothing at all. */
function toolCall({ id, name, input }: Written['calls'][number]): ModelToolCall {
  const object = input.trim() === '' ? {} : objectOf(input)
  return { id, name, ...(object !== undefined && { input: object }) }
}

function objectOf(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json
    return isObject(value) ? value : undefined
  } catch {
    // What is no JSON is text, and the caller sees that.
    return undefined
  }
}

/** Whether a value is an object of JSON, and no list. */
export function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Counts of which those that were not said are absent. */
export function usageOf(counted: { readonly [Name in keyof ModelUsage]: number | null | undefined }): ModelUsage {
  return Object.fromEntries(Object.entries(counted).filter(([, count]) => typeof count === 'number'))
}

/** Said of a reply whose tokens nobody counted. */
export const usageMissing = 'no usage: the provider did not say how many tokens the call took'
