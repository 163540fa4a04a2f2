import { entryText } from './entry-text.ts'
import { isTextOf } from './is-text-of.ts'
import type { AuditEntry } from './parse-entry.ts'

const digest = /^[0-9a-f]{64}$/
const saltForm = /^[0-9a-f]{32}$/
const actors = ['engine', 'source', 'principal']
const subjects = ['engine', 'source', 'incident', 'change']

/**
 * The entry, when it is what entries nearly always are: of exactly this shape, and its text the one that sealing writes of it.
 * Undefined says nothing against it, only that it takes a closer look. A log is read many times, and this is several
 * times faster than looking closely.
 */
export function plainEntry(parsed: unknown, text: string): AuditEntry | undefined {
  if (!isRecord(parsed)) return undefined
  const { v, log, seq, ts, salt, actor, type, subject, data, blobs, prev } = parsed
  const isPlain =
    v === 1 &&
    typeof log === 'string' &&
    Number.isSafeInteger(seq) &&
    Number(seq) >= 0 &&
    typeof ts === 'string' &&
    hasForm(salt, saltForm) &&
    isNamed(actor, actors, 'via') &&
    typeof type === 'string' &&
    type !== '' &&
    isNamed(subject, subjects) &&
    isRecord(data) &&
    isRecord(blobs) &&
    Object.values(blobs).every((each) => hasForm(each, digest)) &&
    hasForm(prev, digest)
  const at = isPlain ? Date.parse(ts) : Number.NaN
  if (!isPlain || Number.isNaN(at)) return undefined
  const entry = parsed as AuditEntry
  // A member that is not named here, a time in another form or a key out of order: then the two texts differ.
  return isTextOf(text, () => entryText(log, entry.seq, entry.prev, { ...entry, at })) ? entry : undefined
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function hasForm(value: unknown, form: RegExp): boolean {
  return typeof value === 'string' && form.test(value)
}

/** A kind and an id, and nothing else but an optional text. */
function isNamed(value: unknown, kinds: readonly string[], optional?: string): boolean {
  if (!isRecord(value) || typeof value['id'] !== 'string' || !kinds.includes(String(value['kind']))) return false
  const others = Object.keys(value).filter((key) => key !== 'id' && key !== 'kind')
  return others.every((key) => key === optional && typeof value[key] === 'string')
}
