import { Buffer } from 'node:buffer'
import { MendkitError } from '../errors.ts'
import type { Rule, Span } from './span.ts'

/** Shorter ones stand in too many words. */
const minLength = 4
const maxValues = 10_000
/** So many first characters of a value are looked up at every place of a text. */
const headLength = 3
/** A part of base64 that is shorter stands in too many words. */
const minEncoded = 6

/**
 * A rule that finds these very values: as they are, in base64 at any place of a longer text, and in hexadecimal. Escapes are
 * taken away by whoever looks through layers. Takes time linear in the text, however many values there are, unless many begin alike.
 *
 * Throws `config` for a value of less than 4 characters, or more than 10,000 values; the message does not hold the value.
 */
export function findKnown(values: readonly string[]): Rule {
  if (values.length > maxValues) {
    throw new MendkitError(
      'config',
      `system.secrets gives ${values.length} values; at most ${maxValues} are looked for`,
    )
  }
  const short = values.findIndex((value) => value.trim().length < minLength)
  if (short !== -1) {
    throw new MendkitError(
      'config',
      `value ${short} of system.secrets has less than ${minLength} characters: it would be found in every other word; use a longer secret`,
    )
  }
  const heads = new Map<string, string[]>()
  for (const form of new Set(values.flatMap((value) => formsOf(value.trim())))) {
    const head = form.slice(0, headLength)
    const alike = heads.get(head)
    if (alike === undefined) heads.set(head, [form])
    else alike.push(form)
  }
  return (text) => (heads.size === 0 ? [] : scan(text, heads))
}

function scan(text: string, heads: ReadonlyMap<string, readonly string[]>): readonly Span[] {
  const spans: Span[] = []
  for (let start = 0; start <= text.length - headLength; start += 1) {
    const forms = heads.get(text.slice(start, start + headLength))
    const longest = forms?.reduce(
      (most, form) => (form.length > most && text.startsWith(form, start) ? form.length : most),
      0,
    )
    if (longest !== undefined && longest > 0) spans.push({ start, end: start + longest, kind: 'known' })
  }
  return spans
}

function formsOf(value: string): readonly string[] {
  const hex = Buffer.from(value).toString('hex')
  return [value, hex, hex.toUpperCase(), ...[0, 1, 2].flatMap((before) => base64Of(value, before))]
}

/** What base64 makes of the value alone, whatever stands before it and after it. */
function base64Of(value: string, before: number): readonly string[] {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value)])
  const encoded = bytes.toString('base64')
  const whole = encoded.slice(before === 0 ? 0 : before + 1, Math.floor((bytes.length * 8) / 6))
  if (whole.length < minEncoded) return []
  return [whole, whole.replaceAll('+', '-').replaceAll('/', '_')]
}
