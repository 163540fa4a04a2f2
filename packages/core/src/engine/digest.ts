import canonicalize from 'canonicalize'
import { sha256 } from '../audit/seal.ts'
import { MendkitError } from '../errors.ts'
import type { Json } from '../model/json.ts'

/** SHA-256 over the canonical bytes (RFC 8785) of a value, hex: equal for equal values whatever their key order. */
export function digestOf(value: unknown): string {
  const text = canonicalize(value)
  if (text === undefined) throw new MendkitError('invalid', 'only JSON values have a digest')
  return sha256(text)
}

/** Whether two values are the same JSON. */
export function sameJson(a: Json, b: Json): boolean {
  return digestOf(a) === digestOf(b)
}
