import { type CharRun, charSort, isOf } from './char-runs.ts'

const tilde = 0x7e
const dot = 0x2e
const capitalL = 0x4c

/** What the shapes hold that have no literal beginning: a sign behind a run of letters and digits, or the head of such a run. */
const within: readonly string[] = [
  '.atlasv1.',
  '-us',
  ':AA',
  '-SHA-',
  '.slack',
  '/webhook',
  '/bot',
  'eyJ',
  'LS0tLS1CRUdJTi',
]
const hashes: readonly string[] = [
  '$2',
  '$5',
  '$6',
  '$y',
  '$7',
  '$apr1',
  '$1',
  '$argon',
  '$scrypt',
  '$pbkdf',
  '{S',
  '{MD5',
  '{CRYPT',
]

/** Tells whether a run of token characters can hold a token at all, so that most need not be matched with all shapes. */
export type TokenHint = (text: string, run: CharRun) => boolean

/** A hint for shapes that begin as these patterns do; those without a literal beginning are known by their runs. */
export function tokenHint(beginnings: readonly string[]): TokenHint {
  const heads = [...beginnings.flatMap((source) => headsOf(source)), ...within, ...hashes].filter(
    (head) => head.length > 1,
  )
  const byKey = Map.groupBy(heads, (head) => keyAt(head, 0))
  // Most places begin no head at all: a look into bytes tells faster than one into the map.
  const isKey = Uint8Array.from({ length: 128 * 128 }, (_, key) => Number(byKey.has(key)))
  const begins = (text: string, at: number) => {
    const key = keyAt(text, at)
    return isKey[key] === 1 && byKey.get(key)?.some((head) => text.startsWith(head, at)) === true
  }
  return (text, { start, end }) => {
    let runAt = start
    for (let at = start; at < end; at += 1) {
      const code = text.charCodeAt(at)
      if (isOf(charSort.word, code)) {
        if (at === runAt && begins(text, at)) return true
      } else {
        if (code === tilde || isTellingRun(text, runAt, at) || begins(text, at)) return true
        runAt = at + 1
      }
    }
    return isTellingRun(text, runAt, end)
  }
}

/** Runs of letters and digits beside a dot are as long as this in tokens of two or three parts; one shape ends in `NRAL`. */
function isTellingRun(text: string, start: number, end: number): boolean {
  const length = end - start
  if (length < 16) return false
  if (text.charCodeAt(start - 1) === dot) return true
  return (
    (length > 23 && length < 27 && text.charCodeAt(end) === dot) ||
    (length > 39 && text.charCodeAt(end - 1) === capitalL)
  )
}

function keyAt(text: string, at: number): number {
  return text.charCodeAt(at) * 128 + text.charCodeAt(at + 1)
}

/** A literal character, a choice of some, or a group of literal ways to begin; not when it may be left out or repeated. */
const part = /^(?:\(\?:(?<group>[^()]+)\)|\[(?<choice>\w+)\]|\\?(?<literal>[\w./-]|(?<=\\)\$))(?![?*+{])/

/** The literal beginnings of a pattern, with each choice written out, up to where it is no longer literal. */
function headsOf(source: string): readonly string[] {
  const found = part.exec(source)
  if (found === null || /^\\[a-z]/i.test(source)) return ['']
  const { group, choice, literal = '' } = found.groups ?? {}
  const firsts = group?.split('|').flatMap((one) => headsOf(one)) ?? choice?.split('') ?? [literal]
  const whole = group === undefined || group.split('|').every((one) => /^[\w-]+$/.test(one))
  const rests = whole ? headsOf(source.slice(found[0].length)) : ['']
  return firsts.flatMap((first) => rests.map((rest) => first + rest))
}
