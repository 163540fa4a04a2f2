import { deepest, isPlainObject, jsonFault } from '../../memory/row-fault.ts'
import type { Json } from '../../model/json.ts'

/** More than any parameter or preview needs. */
const mostValues = 20_000

/** JSON of our own, or what is wrong with what was given. */
export type TakenJson = { readonly json: Json } | { readonly because: string }

/**
 * A copy of what somebody else may still hold, with every field read once: what is checked here is what is used later, whatever
 * getters and proxies would have said the next time.
 */
export function takeJson(value: unknown): TakenJson {
  if (value === undefined) return { because: 'is missing' }
  const copy = copied({ left: mostValues }, value, 0)
  const fault = jsonFault('', copy, mostValues)
  return fault === undefined ? { json: copy as Json } : { because: `${fault.path} ${fault.because}`.trim() }
}

/**
 * What is no JSON, or too deep or too much of it, stays as it is, and so does all that follows: it is found again by the
 * check, which goes the same way.
 */
function copied(room: { left: number }, value: unknown, depth: number): unknown {
  room.left -= depth > deepest ? room.left : 1
  if (typeof value !== 'object' || value === null || room.left <= 0) return value
  if (Array.isArray(value)) return value.map((item) => copied(room, item, depth + 1))
  if (!isPlainObject(value)) return value
  const fields = Object.entries(value).filter(([, field]) => field !== undefined)
  return Object.fromEntries(fields.map(([key, field]) => [key, copied(room, field, depth + 1)]))
}
