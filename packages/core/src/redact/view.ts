import type { Span } from './span.ts'

/** A text as a program reads it that takes one level of escapes away. */
export interface View {
  readonly text: string
  /** The stretch of the original text that reads as this one. */
  readonly original: (span: Span) => Span
}

const escapes =
  /\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|(["'`\\/bfnrt]))|%([0-7][0-9a-f])|&(?:#(\d{1,4})|#x([0-9a-f]{1,4})|(quot|amp|lt|gt|apos));/gi
const anyEscape = /\\["'`\\/bfnrtux]|%[0-7][0-9a-f]|&[#a-z]/i

const letters: Readonly<Record<string, string>> = { b: ' ', f: ' ', n: '\n', r: '\n', t: '\t' }
const entities: Readonly<Record<string, string>> = { quot: '"', amp: '&', lt: '<', gt: '>', apos: "'" }

/** The view of a text without one level of JSON, URL and HTML escapes; undefined when there are none. */
export function unescapedView(text: string): View | undefined {
  if (!anyEscape.test(text)) return undefined
  const builder = viewBuilder()
  let done = 0
  for (const found of text.matchAll(escapes)) {
    builder.add(text.slice(done, found.index), done)
    done = found.index + found[0].length
    builder.add(meaningOf(found), found.index)
  }
  if (done === 0) return undefined
  builder.add(text.slice(done), done)
  return builder.view()
}

/** Puts a view together from pieces, each of which begins at a place of the original text. */
export function viewBuilder(): { add(piece: string, from: number): void; view(): View } {
  const places: number[] = []
  const shifts: number[] = []
  let text = ''
  const at = (place: number) => place + (shifts[lastAtMost(places, place)] ?? 0)
  return {
    add(piece, from) {
      if (piece === '') return
      places.push(text.length)
      shifts.push(from - text.length)
      text += piece
    },
    view() {
      const original = ({ start, end, kind }: Span) => ({ start: at(start), end: at(end - 1) + 1, kind })
      return { text, original }
    },
  }
}

function meaningOf([, u, x, letter, percent, decimal, hex, entity]: RegExpExecArray): string {
  if (letter !== undefined) return letters[letter] ?? letter
  if (entity !== undefined) return entities[entity.toLowerCase()] ?? ''
  if (decimal !== undefined) return String.fromCharCode(Number(decimal))
  return String.fromCharCode(Number.parseInt(u ?? x ?? percent ?? hex ?? '20', 16))
}

/** The last index whose value is at most `most`. */
function lastAtMost(rising: readonly number[], most: number): number {
  let low = 0
  let high = rising.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((rising[middle] ?? 0) <= most) low = middle
    else high = middle - 1
  }
  return low
}
