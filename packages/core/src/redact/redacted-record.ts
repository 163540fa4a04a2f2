import type { Json, JsonObject } from '../model/json.ts'
import type { Redacted } from '../model/redacted.ts'
import { redact } from './redact.ts'

/**
 * An object as JSON text in which every text has passed the redactor, each by itself. Unlike `redactJson` it looks at no names of
 * fields, so that a number beside `tokens` stays one: only for objects whose fields the program itself has named.
 */
export function redactedRecord(value: JsonObject): Redacted {
  return JSON.stringify(redactTexts(value)) as Redacted
}

function redactTexts(value: Json): Json {
  if (typeof value === 'string') return redact(value)
  if (typeof value !== 'object' || value === null) return value
  if (isList(value)) return value.map(redactTexts)
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [redact(key), redactTexts(field)]))
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
