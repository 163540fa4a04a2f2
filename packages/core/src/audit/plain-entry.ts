import { entryText } from './entry-text.ts'
import { isTextOf } from './is-text-of.ts'

const digest = /^[0-9a-f]{64}$/
const saltForm = /^[0-9a-f]{32}$/
const actors: readonly string[] = ['engine', 'source', 'principal']
const subjects: readonly string[] = ['engine', 'source', 'incident', 'change']

/**
 * Whether this is what entries nearly always are: of exactly the shape of one, and its text the one that sealing writes of it.
 * False says nothing against it, only that it takes a closer look. A log is read many times, and this is several
 * times faster than looking closely.
 */
export function isPlainEntry(parsed: unknown, text: string): boolean {
  if (!isRecord(parsed)) return false
  const { v, log, seq, ts, salt, actor, type, subject, data, blobs, prev } = parsed
  if (
    v !== 1 ||
    typeof log !== 'string' ||
    typeof seq !== 'number' ||
    !Number.isSafeInteger(seq) ||
    seq < 0 ||
    typeof ts !== 'string' ||
    !isText(salt, saltForm) ||
    !isNamed(actor, actors, 'via') ||
    typeof type !== 'string' ||
    type === '' ||
    !isNamed(subject, subjects) ||
    !isRecord(data) ||
    !isRecord(blobs) ||
    !Object.values(blobs).every((each) => isText(each, digest)) ||
    !isText(prev, digest)
  ) {
    return false
  }
  const at = Date.parse(ts)
  // A member that is not named here, a time in another form or a key out of order: then the two texts differ.
  const draft = { at, salt, actor, type, subject, data, blobs }
  return !Number.isNaN(at) && isTextOf(text, () => entryText(log, seq, prev, draft))
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown, form: RegExp): value is string {
  return typeof value === 'string' && form.test(value)
}

/** A kind and an id, and nothing else but an optional text. */
function isNamed(value: unknown, kinds: readonly string[], optional?: string): value is object {
  if (!isRecord(value) || typeof value['id'] !== 'string') return false
  const { kind } = value
  if (typeof kind !== 'string' || !kinds.includes(kind)) return false
  const others = Object.keys(value).filter((key) => key !== 'id' && key !== 'kind')
  return others.every((key) => key === optional && typeof value[key] === 'string')
}
