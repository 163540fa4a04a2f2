import type { Redacted } from '../model/redacted.ts'
import { redact } from './redact.ts'

/** So much more is read than is kept: a secret at the cut is then seen whole, or falls away with what follows it. */
const margin = 8_192

/** Text of at most `max` characters, and how many characters of the original were left out. */
export interface WithinText {
  readonly text: Redacted
  readonly cut: number
}

/**
 * Redacts a text, by `redactor`, and cuts it at `max` characters, with a last line that says how much is missing. Takes time linear in
 * `max`, however long the text is.
 */
export function redactWithin(text: string, max: number, redactor: (text: string) => Redacted = redact): WithinText {
  const read = text.length <= max + margin ? text : text.slice(0, max + margin)
  const redacted = redactor(read)
  // The end of what was read may be the beginning of a secret, which has no known shape without its rest.
  const sure = read === text ? redacted.length : redacted.length - margin
  if (read === text && redacted.length <= max) return { text: redacted, cut: 0 }
  const kept = wholeCharacters(redacted.slice(0, Math.max(0, Math.min(max, sure))))
  const cut = text.length - read.length + redacted.length - kept.length
  return { text: `${kept}\n[cut here: ${cut} more characters]` as Redacted, cut }
}

function wholeCharacters(text: string): string {
  return text.isWellFormed() ? text : text.slice(0, -1)
}
