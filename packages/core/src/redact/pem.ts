import type { Span } from './span.ts'

const begin = '-----BEGIN '
const end = '-----END '
/** A block that is longer than this counts as cut off. */
const maxBlock = 65_536
const closing = /^[A-Z0-9 ]{0,64}-----/
const cutOff = /^[A-Z0-9 ]{0,64}-----[A-Za-z0-9+/=\s\\]*/

/** Finds PEM blocks, whole or cut off, whatever they hold. */
export function findPem(text: string): readonly Span[] {
  const spans: Span[] = []
  let done = 0
  let endAt = -1
  for (let at = text.indexOf(begin); at !== -1; at = text.indexOf(begin, done)) {
    // The search for an end is kept while it lies ahead: many beginnings without an end must not cost one search each.
    if (endAt < at && endAt !== text.length) endAt = indexOr(text.indexOf(end, at), text.length)
    done = blockEnd(text, at + begin.length, endAt)
    spans.push({ start: at, end: done, kind: 'pem' })
  }
  return spans
}

function blockEnd(text: string, bodyAt: number, endAt: number): number {
  if (endAt !== text.length && endAt - bodyAt <= maxBlock) {
    const afterEnd = endAt + end.length
    return afterEnd + lengthOf(closing, text.slice(afterEnd, afterEnd + 80))
  }
  return bodyAt + lengthOf(cutOff, text.slice(bodyAt))
}

function lengthOf(pattern: RegExp, text: string): number {
  return pattern.exec(text)?.[0].length ?? 0
}

function indexOr(index: number, otherwise: number): number {
  return index === -1 ? otherwise : index
}
