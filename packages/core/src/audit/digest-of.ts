import canonicalize from 'canonicalize'
import { MendkitError } from '../errors.ts'
import { sha256 } from './seal.ts'

/** SHA-256 over the canonical bytes (RFC 8785) of a value, hex: equal for equal values whatever their key order. */
export function digestOf(value: unknown): string {
  const text = canonicalize(value)
  if (text === undefined) throw new MendkitError('invalid', 'only JSON values have a digest')
  return sha256(text)
}
