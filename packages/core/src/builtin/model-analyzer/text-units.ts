import type { Redacted } from '../../model/redacted.ts'
import { charactersIn } from './estimate-tokens.ts'
import { type TextLine, textLines } from './text-lines.ts'

/** Lines of a text that are shown together or not at all. */
export interface TextUnit {
  /** Places of the lines in the text, and their words. */
  readonly lines: readonly (readonly [place: number, words: string])[]
  /** Lines of the text that these stand for. */
  readonly stands: number
  /** What it is worth beside facts. */
  readonly value: number
}

/** A text in two parts, and how many lines neither stands for. */
export interface TextUnits {
  readonly units: readonly TextUnit[]
  readonly left: number
}

/** Between a status that tells of something wrong and how something is meant to be. */
const valueOfTelling = 7
const valueOfOthers = 3
/** Other lines that are worth a look when some lines do tell. */
const mostOthers = 6

/**
 * What tells of something wrong, with the lines around it, and the last of the rest, six unless said otherwise; no part is longer
 * than so many tokens.
 */
export function textUnits(text: Redacted, mostTokens: number, most: number = mostOthers): TextUnits {
  const lines = textLines(text).map((line, place) => [place, line] as const)
  const telling = lines.filter(([, { tells }]) => tells)
  const others = lines.filter(([, { tells }]) => !tells).slice(telling.length === 0 ? 0 : -most)
  const units = [unit(telling, valueOfTelling, mostTokens), unit(others, valueOfOthers, mostTokens)]
  const shown = units.reduce((sum, { stands }) => sum + stands, 0)
  const all = lines.reduce((sum, [, { count }]) => sum + count, 0)
  return { units: units.filter((each) => each.lines.length > 0), left: all - shown }
}

/** The last lines that fit. */
function unit(lines: readonly (readonly [number, TextLine])[], value: number, mostTokens: number): TextUnit {
  const kept: (readonly [number, TextLine])[] = []
  let room = charactersIn(mostTokens)
  for (const line of lines.toReversed()) {
    room -= line[1].words.length + 1
    if (room < 0) break
    kept.unshift(line)
  }
  return {
    value,
    lines: kept.map(([place, { words }]) => [place, words]),
    stands: kept.reduce((sum, [, { count }]) => sum + count, 0),
  }
}
