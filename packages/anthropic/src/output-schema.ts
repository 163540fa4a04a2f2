import type { Json, JsonObject } from '@mendkit/core'

/** Keywords that structured outputs take as they are. */
const taken = new Set(['type', 'title', 'description', 'default', 'required'])
/** Keywords that say nothing about a value, or that are said anew. */
const silent = new Set(['$schema', '$id', '$comment', 'additionalProperties'])
/** Keywords that narrow a value. Structured outputs hold no model to them, so they become words. */
const bounds = new Set([
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minLength', 'maxLength', 'pattern'],
  ...['format', 'minItems', 'maxItems', 'uniqueItems', 'examples', 'minProperties', 'maxProperties', 'propertyNames'],
])
const formats = new Set<Json>([
  ...['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid'],
])
const localRef = /^#\/(?:\$defs|definitions)\/([^/]+)$/

/**
 * A schema as structured outputs take it: objects are closed, and bounds become words of the description. Undefined for one that
 * cannot be said so, such as a schema with objects of any field, or one that contains itself.
 */
export function toOutputSchema(schema: JsonObject): JsonObject | undefined {
  return containsItself(schema) ? undefined : say(schema)
}

function say(schema: Json | undefined): JsonObject | undefined {
  if (!isObject(schema)) return undefined
  const said: Record<string, Json> = {}
  const words: string[] = []
  for (const [key, value] of Object.entries(schema)) {
    if (silent.has(key)) continue
    const isBound = bounds.has(key) && !isHeld(key, value)
    if (isBound) words.push(`${key}: ${JSON.stringify(value)}`)
    const told = isBound ? undefined : sayKeyword(key, value)
    if (told !== undefined) said[key === 'oneOf' ? 'anyOf' : key] = told
    else if (!isBound) return undefined
  }
  if (words.length > 0) said['description'] = described(said['description'], words)
  return isClosable(schema, said) ? close(said) : undefined
}

function described(description: Json | undefined, words: readonly string[]): string {
  const bound = `(${words.join(', ')})`
  return typeof description === 'string' ? `${description} ${bound}` : bound
}

/** What a keyword becomes; undefined when structured outputs do not know it. */
function sayKeyword(key: string, value: Json): Json | undefined {
  if (taken.has(key) || isHeld(key, value)) return value
  if (key === 'const') return isObject(value) || Array.isArray(value) ? undefined : value
  if (key === 'enum') return isList(value) && value.every((one) => !isObject(one) && !isList(one)) ? value : undefined
  if (key === '$ref') return typeof value === 'string' && localRef.test(value) ? value : undefined
  if (key === 'items') return say(value)
  if (key === 'anyOf' || key === 'oneOf') return isList(value) ? everySaid(value) : undefined
  if (key !== 'properties' && key !== '$defs' && key !== 'definitions') return undefined
  if (!isObject(value)) return undefined
  const fields = everySaid(Object.values(value))
  return fields && Object.fromEntries(Object.keys(value).map((name, at) => [name, fields[at] ?? null]))
}

function everySaid(schemas: readonly Json[]): readonly JsonObject[] | undefined {
  const said = schemas.map(say)
  return said.every((one) => one !== undefined) ? said : undefined
}

/** A bound that structured outputs do hold a model to. */
function isHeld(key: string, value: Json): boolean {
  return (key === 'minItems' && (value === 0 || value === 1)) || (key === 'format' && formats.has(value))
}

/** Whether closing it leaves what it is for: an object whose fields are not named has none left. */
function isClosable({ additionalProperties }: JsonObject, said: JsonObject): boolean {
  const types = [said['type'] ?? []].flat()
  if (types.length === 0) return ['anyOf', 'enum', 'const', '$ref'].some((key) => key in said)
  if (types.includes('array') && !('items' in said)) return false
  if (!types.includes('object')) return true
  return 'properties' in said && (additionalProperties === undefined || additionalProperties === false)
}

function close(said: JsonObject): JsonObject {
  return 'properties' in said ? { ...said, additionalProperties: false } : said
}

/** Whether a definition leads back to itself. */
function containsItself(schema: JsonObject): boolean {
  const defs = { ...fieldsOf(schema['definitions']), ...fieldsOf(schema['$defs']) }
  const leadsBack = (name: string, above: readonly string[]): boolean =>
    above.includes(name) || refsIn(defs[name] ?? null).some((next) => leadsBack(next, [...above, name]))
  return Object.keys(defs).some((name) => leadsBack(name, []))
}

function refsIn(value: Json): readonly string[] {
  if (isList(value)) return value.flatMap(refsIn)
  if (!isObject(value)) return []
  const { $ref: ref } = value
  const [, name] = typeof ref === 'string' ? (localRef.exec(ref) ?? []) : []
  return [...(name === undefined ? [] : [name]), ...Object.values(value).flatMap(refsIn)]
}

function fieldsOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {}
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}
