import { digestOf } from '../audit/digest-of.ts'
import type { Json } from '../model/json.ts'

export { digestOf }

/** Whether two values are the same JSON. */
export function sameJson(a: Json, b: Json): boolean {
  return digestOf(a) === digestOf(b)
}
