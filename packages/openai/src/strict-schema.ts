import type { Json, JsonObject } from '@mendkit/core'
import { isObject } from './reply.ts'

/** What OpenAI's strict mode knows. Whatever else stands in a schema it refuses. */
const known = new Set([
  ...['$schema', '$ref', '$defs', 'definitions', 'title', 'description', 'default', 'type', 'enum', 'const', 'anyOf'],
  ...['properties', 'required', 'additionalProperties', 'items', 'minItems', 'maxItems', 'pattern', 'format'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
])
/** Fields that hold schemas by name. */
const named = new Set(['properties', '$defs', 'definitions'])

/**
 * Why OpenAI would not hold a model strictly to this schema; undefined when it would. Strict mode wants every object closed and
 * every property required.
 */
export function notStrict(schema: JsonObject): string | undefined {
  if (schema['type'] !== 'object') return 'it is no object'
  return problem(schema, '')
}

function problem(schema: Json, path: string): string | undefined {
  if (!isObject(schema)) return undefined
  const at = path === '' ? '' : ` at ${path.slice(1)}`
  const unknown = Object.keys(schema).find((key) => !known.has(key))
  if (unknown !== undefined) return `it has \`${unknown}\`${at}`
  const { properties, required, additionalProperties, type } = schema
  if (type === 'object' || properties !== undefined) {
    if (additionalProperties !== false) return `it allows other properties${at}`
    const names = properties === undefined || !isObject(properties) ? [] : Object.keys(properties)
    const optional = names.find((name) => !Array.isArray(required) || !required.includes(name))
    if (optional !== undefined) return `\`${optional}\` is optional${at}`
  }
  for (const [key, part] of Object.entries(schema)) {
    const found = firstIn(parts(key, part), path)
    if (found !== undefined) return found
  }
  return undefined
}

type Named = readonly (readonly [string, Json])[]

/** The schemas under a keyword, with the names that lead to them. */
function parts(key: string, part: Json): Named {
  if (key === 'items') return [['items', part]]
  if (!named.has(key) && key !== 'anyOf') return []
  return typeof part === 'object' && part !== null ? Object.entries(part) : []
}

function firstIn(schemas: Named, path: string): string | undefined {
  for (const [name, schema] of schemas) {
    const found = problem(schema, `${path}.${name}`)
    if (found !== undefined) return found
  }
  return undefined
}
