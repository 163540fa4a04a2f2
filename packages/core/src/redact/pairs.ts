import { camelKeySource, isCount, kindOf, secretKeySource } from './secret-keys.ts'
import type { Span } from './span.ts'
import { anyName } from './trace-words.ts'
import { type ValueStyle, valueEnd } from './value-end.ts'
import { yamlBlockEnd } from './yaml-block.ts'

const quote = '\\\\{0,7}["\'`]?'

/**
 * What leads from the name of a secret to its value: `:`, `=`, `=>`, `:=`, `(` before a quote, or `">"` of an XML element; the
 * `value` field beside a `name` field, as in a container's environment; or white space after a command line flag.
 */
const lead = [
  '(?:',
  `(?: provided)?${quote}\\]?[\\t ]{0,64}(?<separator>:=|=>|[:=])[\\t ]*`,
  `|(?<element>>)`,
  `|${quote},?\\s{0,64}${quote}value${quote}[\\t ]{0,64}[:=][\\t ]*`,
  `|(?<=(?<![\\w-])--[\\w.-]{2,60})${quote},?[\\t ]{1,16}(?=[^\\s-])`,
  `|(?<=password)[\\t ]{1,16}(?=["'])`,
  `|\\([\\t ]?(?=["'])`,
  ')',
].join('')
const pairStarts: readonly RegExp[] = [new RegExp(secretKeySource + lead, 'gi'), new RegExp(camelKeySource + lead, 'g')]

const maxElement = 1024

const valueEnds = '(?=$|[\\s"\'`,;&)\\]}>|\\\\])'
/** Values that give nothing away: absence, references, places of files, keyed digests, and what was redacted before. */
const harmless = new RegExp(
  '^(?:true|false|yes|no|null|none|nil|undefined|\\*{3,64}|<(?:nil|none|unset|redacted|hidden|sensitive)>|<set to the key' +
    '|\\$\\(\\w{1,64}\\)|\\$\\{\\w{1,64}\\}|\\{\\{|\\[redacted:[a-z-]{1,40}(?:#[a-z0-9]{1,16})?\\]|\\(digest [0-9a-f]{16}\\)' +
    `|\\d{1,9} bytes|/(?:etc|var|run|tmp|opt|usr|home|root|mnt|proc|srv)/[\\w./@-]{0,256})${valueEnds}`,
  'i',
)
const count = new RegExp(`^\\d{1,9}${valueEnds}`)
/** How Kubernetes tells which Secrets an object uses: `Tokens:  default-token-x2xkq`. */
const objectName = new RegExp(`^[a-z]+(?:[-.][a-z0-9]+){0,8}${valueEnds}`)

/** Finds the values of fields whose name means a secret. The names stay, so that a reader sees what was there. */
export function findPairs(text: string): readonly Span[] {
  return anyName.test(text) && /[:=>(]|--|password/i.test(text)
    ? pairStarts.flatMap((pattern) => findAfter(text, pattern))
    : []
}

function findAfter(text: string, pairStart: RegExp): readonly Span[] {
  const spans: Span[] = []
  let done = 0
  for (const found of text.matchAll(pairStart)) {
    if (found.index < done) continue
    const start = found.index + found[0].length
    const end = endOf(text, found, start)
    if (end === start || isHarmless(text, found, start)) continue
    const span = withinQuotes(text, start, end, kindOf(found[1] ?? ''))
    if (span.end > span.start) spans.push(span)
    done = end
  }
  return spans
}

function endOf(text: string, found: RegExpExecArray, start: number): number {
  if (found.groups?.['element'] !== undefined) return elementEnd(text, start)
  const block = found.groups?.['separator'] === ':' ? yamlBlockEnd(text, found.index, start) : start
  return block === start ? valueEnd(text, start, styleOf(found)) : block
}

/** `Authorization: Bearer …` and `Cookie: a=b; c=d` hold several words. */
function styleOf(found: RegExpExecArray): ValueStyle {
  const header = /^(?:authorization|cookie)/i.test(found[1] ?? '')
  return header && found.groups?.['separator'] === ':' ? 'line' : 'word'
}

function elementEnd(text: string, start: number): number {
  const end = text.slice(start, start + maxElement).indexOf('<')
  return end === -1 || text[start + end + 1] !== '/' ? start : start + end
}

function isHarmless(text: string, found: RegExpExecArray, start: number): boolean {
  const opening = /^\\{0,7}["'`]/.exec(text.slice(start, start + 8))?.[0] ?? ''
  const value = text.slice(start + opening.length, start + 288)
  if (isCount(kindOf(found[1] ?? ''))) {
    if (count.test(value) || (/:[\t ]+$/.test(found[0]) && objectName.test(value))) return true
  }
  // The value is on the line below, which stands here in escapes: it shows when they are taken away.
  if (opening === '' && found.groups?.['separator'] === ':' && /^\\{1,7}[nr]/.test(value)) return true
  const end = harmless.exec(value)?.[0].length ?? 0
  // Within plain quotes an escaped quote does not end the value.
  if (end > 0) return value[end] !== '\\' || opening.length !== 1
  return /^pwd/i.test(found[0]) && value.startsWith('/')
}

/** A quoted value keeps its quotes, so that JSON stays JSON. */
function withinQuotes(text: string, start: number, end: number, kind: string): Span {
  const opening = /^\\{0,7}["'`]/.exec(text.slice(start, start + 8))?.[0] ?? ''
  const closed = opening !== '' && end - start >= 2 * opening.length && text.slice(start, end).endsWith(opening)
  return { start: start + opening.length, end: closed ? end - opening.length : end, kind }
}
