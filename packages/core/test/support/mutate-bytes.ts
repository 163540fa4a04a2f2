import type { Seeded } from './seeded.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** Bytes with one small change at a place of chance; rarely the very same ones. */
export function mutatedBytes(given: Uint8Array, chance: Seeded): Bytes {
  const bytes = new Uint8Array(given)
  if (bytes.length === 0) return Uint8Array.of(chance.below(256))
  const at = chance.below(bytes.length)
  const kind = chance.below(5)
  if (kind === 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << chance.below(8))
  if (kind === 1) bytes[at] = chance.below(256)
  if (kind === 2) return new Uint8Array([...bytes.subarray(0, at), chance.below(256), ...bytes.subarray(at)])
  if (kind === 3) return new Uint8Array([...bytes.subarray(0, at), ...bytes.subarray(at + 1)])
  if (kind === 4) return bytes.slice(0, at)
  return bytes
}

/** Text with one small change, in letters that such a text is made of. */
export function mutatedText(
  text: string,
  chance: Seeded,
  letters = 'abcdefABCDEF0123456789 \n—+/=":,{}é\u{1f525}',
): string {
  const at = chance.below(text.length + 1)
  const letter = chance.pick(Array.from(letters))
  const [before, after] = [text.slice(0, at), text.slice(at)]
  const kind = chance.below(4)
  if (kind === 0) return `${before}${letter}${after.slice(1)}`.toWellFormed()
  if (kind === 1) return `${before}${letter}${after}`.toWellFormed()
  if (kind === 2) return `${before}${after.slice(1)}`.toWellFormed()
  return before.toWellFormed()
}
