import type { Json, JsonObject } from '../../model/json.ts'

/** Whether a JSON value is an object. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value)
}

/** Whether a JSON value is a list. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

/** The object in a field, if it is one. */
export function objectAt(value: Json | undefined, field: string): JsonObject | undefined {
  const found = isObject(value) ? value[field] : undefined
  return isObject(found) ? found : undefined
}

/** The list in a field; empty when there is none. */
export function listAt(value: Json | undefined, field: string): readonly Json[] {
  const found = isObject(value) ? value[field] : undefined
  return isList(found) ? found : []
}
