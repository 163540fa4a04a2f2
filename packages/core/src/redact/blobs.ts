import { marker } from './secret-keys.ts'

const minLength = 32
/** Padding shows base64, so less is needed. */
const minPaddedLength = 24
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
 * Replaces long runs that look drawn by chance: upper case, lower case and digits in quick change. Names, UUIDs, hex
 * digests, image digests and paths do not mix the three like that and stay.
 */
export function redactBlobs(text: string): string {
  if (text.length < minPaddedLength) return text
  let result = ''
  let done = 0
  let start = 0
  for (let at = 0; at <= text.length; at += 1) {
    if (at < text.length && sortOf(text.charCodeAt(at)) !== 0) continue
    const long = at - start >= (text[at] === '=' ? minPaddedLength : minLength)
    if (long && looksRandom(text, start, at)) {
      result += text.slice(done, start) + marker('blob')
      done = paddingEnd(text, at)
    }
    start = at + 1
  }
  return done === 0 ? text : result + text.slice(done)
}

function looksRandom(text: string, start: number, end: number): boolean {
  let seen = 0
  let changes = 0
  let inWords = 0
  let capitals = 0
  let stretch = 0
  let before: Sort = 0
  for (let at = start; at < end; at += 1) {
    const sort = sortOf(text.charCodeAt(at))
    if (sort === inRun) continue
    if (before !== 0 && sort !== before) changes += 1
    stretch = sort === before && sort !== 4 ? stretch + 1 : 1
    if (stretch >= wordLength) inWords += stretch === wordLength ? wordLength : 1
    if (sort === 2) capitals += 1
    seen |= sort
    before = sort
  }
  const length = end - start
  const mixed = seen === 7 && changes >= length * minChanges && capitals >= length * minCapitals
  return mixed && inWords <= length * maxInWords
}

/** 1 lower case, 2 upper case, 4 digit, 8 what else base64 and its URL form use, 0 what ends a run. */
function sortOf(code: number): Sort {
  if (code >= 97 && code <= 122) return 1
  if (code >= 65 && code <= 90) return 2
  if (code >= 48 && code <= 57) return 4
  return code === 43 || code === 45 || code === 47 || code === 95 ? inRun : 0
}

function paddingEnd(text: string, at: number): number {
  let end = at
  while (text[end] === '=' && end < at + 2) end += 1
  return end
}
