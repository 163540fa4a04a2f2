import { type InstructionSign, signs } from './instruction-signs.ts'
import { visible } from './visible.ts'

/** So much of a text is looked at. */
const maxLength = 65_536
/** So many unseen characters are more than emoji and joined scripts need. */
const manyUnseen = 8
const flood = /(\S{3,24})(?:\s\1){24}/

/**
 * Why a text looks as if it wanted to give orders to a model that reads it; undefined when it does not. It goes by wording,
 * knows some of what is known, and is easily got around: for a report to people, never what decides whether something is
 * done. Takes time linear in the text, of which it looks at the first 64 KiB.
 */
export function suspectsInstruction(text: string): InstructionSign | undefined {
  const written = text.slice(0, maxLength)
  const seen = visible(written)
  if (Array.from(written).length - Array.from(seen).length >= manyUnseen && hidesLetters(written)) return 'hides-text'
  const plain = seen.normalize('NFKC')
  if (signs.asWritten.some((pattern) => pattern.test(plain))) return 'forges-a-turn'
  const lower = plain.toLowerCase()
  return signs.lowerCase.find(([, pattern]) => pattern.test(lower))?.[0] ?? (flood.test(lower) ? 'floods' : undefined)
}

/** Tag characters spell words that nobody sees; many zero-width characters and directions do in their own way. */
function hidesLetters(text: string): boolean {
  return /[\u{e0020}-\u{e007e}]|[\u200b-\u200f\u2060-\u2064\u202a-\u202e\u2066-\u2069]{4}|[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]{4}/u.test(
    text,
  )
}
