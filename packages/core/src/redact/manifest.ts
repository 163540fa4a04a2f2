import type { Span } from './span.ts'
import { valueEnd } from './value-end.ts'

const secretManifest = /["']?\bkind["']?[\t ]*:[\t ]*["']?Secret\b/
const dataStart = /(?<indent>^[\t ]*(?:-[\t ]+)?)?["']?\b(?:stringData|data)["']?[\t ]*:[\t ]*(?<open>\{)?/gm
const entryPattern = () => /[\t ]*["']?[\w.-]{1,253}["']?[\t ]*:[\t ]*/y
const maxEntries = 1_024
const maxLines = 16_384

/** Finds the values below `data` and `stringData` where a text holds the manifest of a Secret, whatever their names. */
export function findManifestValues(text: string): readonly Span[] {
  if (!secretManifest.test(text)) return []
  const spans: Span[] = []
  let done = 0
  for (const found of text.matchAll(dataStart)) {
    if (found.index < done) continue
    const from = found.index + found[0].length
    const inside =
      found.groups?.['open'] === undefined
        ? yamlValues(text, from, found.groups?.['indent'] ?? '')
        : jsonValues(text, from)
    spans.push(...inside)
    done = inside.at(-1)?.end ?? from
  }
  return spans
}

/** The values of an object in braces, up to its end. */
function jsonValues(text: string, from: number): readonly Span[] {
  const spans: Span[] = []
  let at = from
  for (let entries = 0; entries < maxEntries; entries += 1) {
    at += /^[\s,]*/.exec(text.slice(at, at + 256))?.[0].length ?? 0
    const entry = entryPattern()
    entry.lastIndex = at
    const name = entry.exec(text)
    if (name === null) break
    const start = at + name[0].length
    // The values of a Secret are texts: what holds more is something else.
    if (text[start] === '[' || text[start] === '{') break
    const end = valueEnd(text, start, 'word')
    if (end === start) break
    spans.push(unquoted(text, start, end))
    at = end
  }
  return spans
}

/** The values on lines further to the right; one with more lines is one value. */
function yamlValues(text: string, from: number, indent: string): readonly Span[] {
  const spans: Span[] = []
  const outer = indent.replace('-', ' ').length
  let inner = Number.POSITIVE_INFINITY
  let lineStart = text.indexOf('\n', from) + 1
  for (let lines = 0; lines < maxLines && lineStart > 0 && lineStart < text.length; lines += 1) {
    const lineEnd = indexOr(text.indexOf('\n', lineStart), text.length)
    const line = text.slice(lineStart, lineEnd)
    const depth = line.length - line.trimStart().length
    if (line.trim() !== '') {
      if (depth <= outer) break
      const last = depth > inner ? spans.pop() : undefined
      if (last === undefined) inner = depth
      const start = last?.start ?? lineStart + nameLength(text, lineStart, depth)
      if (start < lineEnd) spans.push(unquoted(text, start, lineEnd))
    }
    lineStart = lineEnd + 1
  }
  return spans
}

function nameLength(text: string, lineStart: number, depth: number): number {
  const entry = entryPattern()
  entry.lastIndex = lineStart
  return entry.exec(text)?.[0].length ?? depth
}

function unquoted(text: string, start: number, end: number): Span {
  const quote = text[start]
  const closed = (quote === '"' || quote === "'") && end - start > 2 && text[end - 1] === quote
  return closed ? { start: start + 1, end: end - 1, kind: 'secret' } : { start, end, kind: 'secret' }
}

function indexOr(index: number, otherwise: number): number {
  return index === -1 ? otherwise : index
}
