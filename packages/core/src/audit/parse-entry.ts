import canonicalize from 'canonicalize'
import { z } from 'zod'
import { MendkitError } from '../errors.ts'
import type { Json } from '../model/json.ts'
import { once } from '../once.ts'
import { isTextOf } from './is-text-of.ts'
import { isPlainEntry } from './plain-entry.ts'

const entrySchema = once(() => {
  const digest = z.string().regex(/^[0-9a-f]{64}$/)
  return z.strictObject({
    v: z.literal(1),
    log: z.string(),
    seq: z.int().nonnegative(),
    ts: z.iso.datetime(),
    salt: z.string().regex(/^[0-9a-f]{32}$/),
    actor: z.strictObject({
      kind: z.enum(['engine', 'source', 'principal']),
      id: z.string(),
      via: z.string().optional(),
    }),
    type: z.string().min(1),
    subject: z.strictObject({ kind: z.enum(['engine', 'source', 'incident', 'change']), id: z.string() }),
    // Nothing but JSON comes out of `JSON.parse`.
    data: z.record(z.string(), z.custom<Json>()),
    blobs: z.record(z.string(), digest),
    prev: digest,
  })
})

/** Strict: bytes that are not UTF-8 throw, and a byte order mark stays, so that it is not taken for canonical. */
const decoder = once(() => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }))

/** An entry of the audit log as its bytes say it. `type` may be one that a newer version wrote. */
export type AuditEntry = z.infer<ReturnType<typeof entrySchema>>

/** Reads the bytes of an entry. Throws `corrupt` unless they are exactly the canonical form (RFC 8785) of a valid entry. */
export function parseAuditEntry(bytes: Uint8Array): AuditEntry {
  const text = decode(bytes)
  const parsed = parseJson(text)
  if (isPlainEntry(parsed, text)) return parsed as AuditEntry
  const result = entrySchema().safeParse(parsed)
  const [issue] = result.error?.issues ?? []
  if (result.data === undefined) throw corrupt(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`)
  const { data } = result
  if (!isTextOf(text, () => canonicalize(data))) throw corrupt('it is not in canonical form')
  return data
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder().decode(bytes)
  } catch (cause) {
    throw corrupt('it is not UTF-8', cause)
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw corrupt('it is not JSON', cause)
  }
}

function corrupt(problem: string, cause?: unknown): MendkitError {
  return new MendkitError('corrupt', `audit entry cannot be read: ${problem}`, cause === undefined ? {} : { cause })
}
