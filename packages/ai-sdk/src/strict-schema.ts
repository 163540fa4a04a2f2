import type { Json, JsonObject } from '@mendkit/core'

/** Whether OpenAI can hold a model strictly to a schema: every object in it is closed and demands all its fields. */
export function isStrict(schema: JsonObject): boolean {
  const { properties, required, additionalProperties } = schema
  if (schema['type'] === 'object' || properties !== undefined) {
    const names = isObject(properties) ? Object.keys(properties) : []
    const demanded = Array.isArray(required) ? required : []
    if (additionalProperties !== false || names.some((name) => !demanded.includes(name))) return false
  }
  return Object.values(schema).every(isStrictWithin)
}

function isStrictWithin(value: Json): boolean {
  if (Array.isArray(value)) return value.every(isStrictWithin)
  return isObject(value) ? isStrict(value) : true
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
