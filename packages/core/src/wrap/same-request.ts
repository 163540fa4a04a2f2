import { digestOf } from '../audit/digest-of.ts'
import type { Json, JsonObject } from '../model/json.ts'
import type { ModelRequest } from '../model/model-call.ts'
import { asJson, keptMessages } from '../redact/kept-call.ts'

/** What `investigation.nonce` gives: 16 bytes in hex, standing by themselves. */
const nonce = /(?<![0-9A-Za-z])[0-9a-f]{32}(?![0-9A-Za-z])/g

/**
 * A request without what is another in every run: nonces are numbered in the order in which they come, and so are the ids of
 * calls; continuations are gone. Fingerprints of the same form are numbered too: of two requests that differ in them alone the
 * order tells which is which.
 */
export function comparable({
  instructions,
  messages,
  tools,
  toolChoice,
  output,
  maxOutputTokens,
}: ModelRequest): JsonObject {
  const known = new Map<string, string>()
  const numbered = (found: string): string => {
    const name = known.get(found) ?? `nonce-${known.size + 1}`
    known.set(found, name)
    return name
  }
  const plain = asJson({ instructions, messages: keptMessages(messages), tools, toolChoice, output, maxOutputTokens })
  return asJson(mapTexts(plain, (text) => text.replace(nonce, numbered)) as JsonObject)
}

/** Equal for requests that are the same but for what is another in every run. */
export function requestDigest(request: ModelRequest): string {
  return digestOf(comparable(request))
}

/** The way to the first part in which two requests differ, such as `messages.2.text`; undefined when they are the same. */
export function firstDifference(one: Json | undefined, other: Json | undefined, path = ''): string | undefined {
  if (!isParent(one) || !isParent(other) || Array.isArray(one) !== Array.isArray(other))
    return one === other ? undefined : path
  const [mine, theirs] = [new Map(Object.entries(one)), new Map(Object.entries(other))]
  for (const key of new Set([...mine.keys(), ...theirs.keys()])) {
    const found = firstDifference(mine.get(key), theirs.get(key), path === '' ? key : `${path}.${key}`)
    if (found !== undefined) return found
  }
  return undefined
}

function isParent(value: Json | undefined): value is JsonObject | readonly Json[] {
  return typeof value === 'object' && value !== null
}

function mapTexts(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value)
  if (!isParent(value)) return value
  if (isList(value)) return value.map((item) => mapTexts(item, change))
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, change)]))
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
