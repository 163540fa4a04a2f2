import { charRuns, charSort } from './char-runs.ts'
import { type Run, runsWithCapitals } from './runs.ts'
import type { Span } from './span.ts'

const minLength = 32
/** Padding shows base64, so less is needed. */
const minPaddedLength = 22
/** Share of neighbours of different sort above which a run looks drawn by chance: words and CamelCase stay far below. */
const minChanges = 0.25
/** So many letters of one sort in a row are taken for a word, and so large a share of words speaks for a name. */
const wordLength = 4
const maxInWords = 0.5
/** Chance gives two capitals in five; a kind or an alert name before a generated name gives a few in all. */
const minCapitals = 0.15

const inRun = 8
type Sort = 0 | 1 | 2 | 4 | typeof inRun

/**
 * Finds long runs that look drawn by chance: upper case, lower case and digits in quick change. Names, UUIDs, hex
 * digests, image digests and paths do not mix the three like that and stay.
 */
export function findBlobs(text: string): readonly Span[] {
  return runsWithCapitals(text, charRuns(text, minPaddedLength, charSort.base64))
    .filter(isBlob)
    .map(({ start, end }) => ({ start, end, kind: 'blob' }))
}

function isBlob({ body, padded }: Run): boolean {
  return body.length >= (padded ? minPaddedLength : minLength) && looksRandom(body)
}

function looksRandom(body: string): boolean {
  let seen = 0
  let changes = 0
  let inWords = 0
  let capitals = 0
  let stretch = 0
  let before: Sort = 0
  for (let at = 0; at < body.length; at += 1) {
    const sort = sortOf(body.charCodeAt(at))
    if (sort === inRun) continue
    if (before !== 0 && sort !== before) changes += 1
    stretch = sort === before && sort !== 4 ? stretch + 1 : 1
    if (stretch >= wordLength) inWords += stretch === wordLength ? wordLength : 1
    if (sort === 2) capitals += 1
    seen |= sort
    before = sort
  }
  const { length } = body
  const mixed = seen === 7 && changes >= length * minChanges && capitals >= length * minCapitals
  return mixed && inWords <= length * maxInWords
}

/** 1 lower case, 2 upper case, 4 digit, 8 what else base64 and its URL form use. */
function sortOf(code: number): Sort {
  if (code >= 97 && code <= 122) return 1
  if (code >= 65 && code <= 90) return 2
  return code >= 48 && code <= 57 ? 4 : inRun
}
