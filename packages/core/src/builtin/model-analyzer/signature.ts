import type { Json, JsonObject } from '../../model/json.ts'
import { isList, isObject, listAt } from './json-at.ts'

const deepest = 4

/** A JSON Schema in one short line, as a type: `{ replicas: integer 0..100, note?: string }`. */
export function signatureOf(schema: JsonObject): string {
  return shape(schema, 0)
}

function shape(schema: Json | undefined, depth: number): string {
  if (!isObject(schema) || depth > deepest) return 'any'
  if (schema['const'] !== undefined) return JSON.stringify(schema['const'])
  if (isList(schema['enum'])) return schema['enum'].map((each) => JSON.stringify(each)).join('|')
  const either = isList(schema['anyOf']) ? schema['anyOf'] : schema['oneOf']
  if (isList(either)) return either.map((each) => shape(each, depth + 1)).join('|')
  if (isObject(schema['properties'])) return fields(schema, schema['properties'], depth)
  if (schema['type'] === 'array') return `[${shape(schema['items'], depth + 1)}]`
  if (isObject(schema['additionalProperties'])) return `{[name]: ${shape(schema['additionalProperties'], depth + 1)}}`
  if (typeof schema['type'] !== 'string') return 'any'
  return schema['type'] === 'object' ? '{}' : `${schema['type']}${bounds(schema)}`
}

function fields(schema: JsonObject, properties: JsonObject, depth: number): string {
  const required = listAt(schema, 'required')
  const each = Object.entries(properties).map(([name, field]) => {
    return `${name}${required.includes(name) ? '' : '?'}: ${shape(field, depth + 1)}`
  })
  return each.length === 0 ? '{}' : `{ ${each.join(', ')} }`
}

function bounds({ minimum, maximum }: JsonObject): string {
  const [least, most] = [boundText(minimum), boundText(maximum)]
  return least === '' && most === '' ? '' : ` ${least}..${most}`
}

function boundText(bound: Json | undefined): string {
  return typeof bound === 'number' && Math.abs(bound) < Number.MAX_SAFE_INTEGER ? String(bound) : ''
}
