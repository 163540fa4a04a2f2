import { once } from '../once.ts'

/**
 * Sorts of characters: letters and digits, hexadecimal digits, those of base64 and its URL form, those of tokens; and what runs
 * of those may hold.
 */
export const charSort = { word: 1, hex: 2, base64: 4, token: 8, capital: 16, digit: 32 } as const

/** One of `charSort`. */
export type CharSort = (typeof charSort)[keyof typeof charSort]

const members: readonly (readonly [CharSort, RegExp])[] = [
  [charSort.word, /[A-Za-z0-9]/],
  [charSort.hex, /[0-9A-Fa-f]/],
  [charSort.base64, /[A-Za-z0-9+/_-]/],
  [charSort.token, /[\w.~$!:+/={}-]/],
  [charSort.capital, /[A-Z]/],
  [charSort.digit, /\d/],
]

/** The sum of its sorts for every ASCII character: never written again, and a look into bytes costs a fraction of a pattern. */
const sorts = once(sortsOfAscii)

/** A stretch of a text that is of one sort of characters, and as long as it can be. */
export interface CharRun {
  readonly start: number
  readonly end: number
  /** The sorts of all of its characters in one sum. */
  readonly holds: number
}

/** Whether a character code is of a sort. */
export function isOf(sort: CharSort, code: number): boolean {
  return (sortOf(sorts(), code) & sort) !== 0
}

function sortsOfAscii(): Uint8Array {
  return Uint8Array.from({ length: 128 }, (_, code) =>
    members.reduce((sum, [sort, pattern]) => (pattern.test(String.fromCharCode(code)) ? sum + sort : sum), 0),
  )
}

function sortOf(table: Readonly<Uint8Array>, code: number): number {
  return code < 128 ? (table[code] ?? 0) : 0
}

const noRuns: readonly CharRun[] = []

/**
 * Every run of at least so many characters of a sort, in a text or between two places of it. Where every `least`-th character is of
 * another sort, no run is long enough, and the others need no look.
 */
export function charRuns(
  text: string,
  least: number,
  sort: CharSort,
  begin = 0,
  stop = text.length,
): readonly CharRun[] {
  const table = sorts()
  let runs: CharRun[] | undefined
  let from = begin
  let last = begin + least - 1
  while (last < stop) {
    let start = last + 1
    let holds = 0
    for (; start > from; start -= 1) {
      const found = sortOf(table, text.charCodeAt(start - 1))
      if ((found & sort) === 0) break
      holds |= found
    }
    if (start === from) {
      let end = last + 1
      for (; end < stop; end += 1) {
        const found = sortOf(table, text.charCodeAt(end))
        if ((found & sort) === 0) break
        holds |= found
      }
      runs ??= []
      runs.push({ start, end, holds })
      from = end + 1
    } else {
      from = start
    }
    last = from + least - 1
  }
  return runs ?? noRuns
}
