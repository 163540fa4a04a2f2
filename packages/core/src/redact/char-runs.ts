/** Sorts of characters that runs are made of. */
export type CharSort = keyof typeof members

const members = {
  word: /[A-Za-z0-9]/,
  hex: /[0-9A-Fa-f]/,
  /** Of base64 and its URL form. */
  base64: /[A-Za-z0-9+/_-]/,
  /** What tokens are made of. */
  token: /[\w.~$!:+/={}-]/,
}

const bits = { word: 1, hex: 2, base64: 4, token: 8 } as const satisfies Record<CharSort, number>

/** For every ASCII character the bits of its sorts: a look into a list costs a fraction of a pattern. */
const sorts: readonly number[] = Object.freeze(
  Array.from({ length: 128 }, (_, code) => {
    const char = String.fromCharCode(code)
    const all: readonly CharSort[] = ['word', 'hex', 'base64', 'token']
    return all.reduce((sum, sort) => (members[sort].test(char) ? sum + bits[sort] : sum), 0)
  }),
)

/** A stretch of a text that is of one sort of characters, and as long as it can be. */
export interface CharRun {
  readonly start: number
  readonly end: number
}

/** Whether a character code is of a sort. */
export function isOf(sort: CharSort, code: number): boolean {
  return code < 128 && ((sorts[code] ?? 0) & bits[sort]) !== 0
}

/**
 * Every run of at least so many characters of a sort. Looks at every `least`-th character of a text without such runs: where that
 * is of another sort, no run that is long enough can cover it.
 */
export function charRuns(text: string, least: number, sort: CharSort): readonly CharRun[] {
  const runs: CharRun[] = []
  let from = 0
  let last = least - 1
  while (last < text.length) {
    let start = last + 1
    while (start > from && isOf(sort, text.charCodeAt(start - 1))) start -= 1
    if (start === from) {
      let end = last + 1
      while (end < text.length && isOf(sort, text.charCodeAt(end))) end += 1
      runs.push({ start, end })
      from = end + 1
    } else {
      from = start
    }
    last = from + least - 1
  }
  return runs
}
