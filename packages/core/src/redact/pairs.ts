import { kindOf, marker, secretKeySource } from './secret-keys.ts'
import { type ValueStyle, valueEnd } from './value-end.ts'

const quote = '\\\\{0,7}["\'`]?'

/**
 * A name that means a secret, and what leads from it to its value: `:`, `=`, `=>`, `:=` or `">"` of an XML element; the
 * `value` field beside a `name` field, as in a container's environment; or white space after a command line flag.
 */
const pairStart = new RegExp(
  [
    `${secretKeySource}(?:`,
    `${quote}\\]?[\\t ]{0,64}(?<separator>:=|=>|[:=])[\\t ]*`,
    `|(?<element>>)`,
    `|${quote},?\\s{0,64}${quote}value${quote}[\\t ]{0,64}[:=][\\t ]*`,
    `|(?<=(?<![\\w-])--[\\w-]{2,60})${quote},?[\\t ]{1,16}(?=[^\\s-])`,
    `|(?<=password)[\\t ]{1,16}(?=["'])`,
    ')',
  ].join(''),
  'gi',
)

/** What every such name holds; most texts hold none of it. */
const anyName = /pass|pwd|pw|secret|token|cred|key|auth|cookie|sess|sig|conn|dsn|otp|jwt|bearer/i

const maxElement = 1024

/** Values that give nothing away: absence, references, keyed digests, and what was redacted before. */
const harmless =
  /^(?:true|false|null|none|nil|undefined|\*{3,64}|<(?:nil|none|unset|redacted|hidden)>|<set to the key|\$\(\w{1,64}\)|\$\{\w{1,64}\}|\{\{|\[redacted:[a-z-]{1,40}\]|\(digest [0-9a-f]{16}\))(?=$|[\s"'`,;&)\]}>|])/i

/** Replaces the values of fields whose name means a secret. The names stay, so that a reader sees what was there. */
export function redactPairs(text: string): string {
  if (!anyName.test(text)) return text
  let result = ''
  let done = 0
  for (const found of text.matchAll(pairStart)) {
    if (found.index < done) continue
    const start = found.index + found[0].length
    const kind = kindOf(found[1] ?? '')
    const end = found.groups?.['element'] ? elementEnd(text, start) : valueEnd(text, start, styleOf(found))
    if (end === start || isHarmless(text, found, start)) continue
    result += text.slice(done, start) + quoted(text.slice(start, end), kind)
    done = end
  }
  return result + text.slice(done)
}

/** `Authorization: Bearer …` and `Cookie: a=b; c=d` hold several words. */
function styleOf(found: RegExpMatchArray): ValueStyle {
  const header = /^(?:authorization|cookie)/i.test(found[1] ?? '')
  return header && found.groups?.['separator'] === ':' ? 'line' : 'word'
}

function elementEnd(text: string, start: number): number {
  const end = text.slice(start, start + maxElement).indexOf('<')
  return end === -1 || text[start + end + 1] !== '/' ? start : start + end
}

function isHarmless(text: string, found: RegExpMatchArray, start: number): boolean {
  const value = text.slice(start, start + 160).replace(/^\\{0,7}["'`]/, '')
  return harmless.test(value) || (/^pwd/i.test(found[0]) && value.startsWith('/'))
}

/** A quoted value keeps its quotes, so that JSON stays JSON. */
function quoted(value: string, kind: string): string {
  const opening = /^\\{0,7}["'`]/.exec(value)?.[0] ?? ''
  const closed = opening !== '' && value.length >= 2 * opening.length && value.endsWith(opening)
  return opening + marker(kind) + (closed ? opening : '')
}
