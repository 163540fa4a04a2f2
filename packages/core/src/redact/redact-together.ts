import type { Redacted } from '../model/redacted.ts'
import { redact } from './redact.ts'
import { plainRules } from './rules.ts'
import { marker } from './secret-keys.ts'
import { cover, type Span } from './span.ts'

/**
 * Texts that a reader will see one after the other, each redacted, and so that none gives half of a secret away: what shows only
 * when two neighbours are read as one goes from both.
 */
export function redactTogether(texts: readonly string[]): readonly Redacted[] {
  const alone = texts.map((text) => redact(text))
  const starts = [0]
  for (const text of alone) starts.push((starts.at(-1) ?? 0) + text.length)
  const split = acrossEdges(alone.join(''), starts)
  return alone.map((text, at) => (split.length === 0 ? text : redact(cover(text, within(split, starts, at), marker))))
}

/** What is found in the joined text over the end of one text and the beginning of another. */
function acrossEdges(joined: string, starts: readonly number[]): readonly Span[] {
  const edges = new Set(starts)
  const found = plainRules.flatMap((rule) => rule(joined))
  return found.filter(({ start, end }) => edges.has(start) || startsWithin(starts, start, end))
}

function startsWithin(starts: readonly number[], from: number, to: number): boolean {
  let low = 0
  let high = starts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) <= from) low = middle + 1
    else high = middle
  }
  const next = starts[low]
  return next !== undefined && next < to
}

function within(spans: readonly Span[], starts: readonly number[], at: number): readonly Span[] {
  const from = starts[at] ?? 0
  const to = starts[at + 1] ?? 0
  return spans
    .filter(({ start, end }) => start < to && end > from)
    .map(({ start, end, kind }) => ({ start: Math.max(0, start - from), end: Math.min(to, end) - from, kind }))
}
