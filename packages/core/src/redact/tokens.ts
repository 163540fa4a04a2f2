import { Buffer } from 'node:buffer'
import { allOf, matches, type Span } from './span.ts'
import { anyTokenShape, tokenShapes } from './token-shapes.ts'
import { type View, viewBuilder } from './view.ts'

const findShapes = allOf(tokenShapes.map(({ kind, pattern }) => matches(pattern, kind)))
/** No known token is shorter, and none is all lower case letters or all digits. */
const longWord = /[\w.~$!:+/={}-]{16,}(?: fm[12]_[\w-]{16,})?/g
const anyLongWord = /[\w.~$!:+/={}-]{16}/
/** Not worth taking apart. */
const shortText = 256
const letter = /[A-Za-z]/
const digitOrCapital = /[0-9A-Z]/

const anyScheme = /bearer|basic|token|apikey|geniekey|ssws|negotiate|ntlm|splunk/i
const scheme =
  /(?<![\w-])(bearer|basic|token|apikey|geniekey|ssws|negotiate|ntlm|splunk)([\t ]{1,8}(?:token=)?)([A-Za-z0-9._~+/-]{8,}={0,2})/gi
const word = /^(?:[A-Za-z]?[a-z]*|[A-Z]+)(?:[._/-](?:[A-Za-z]?[a-z]*|[A-Z]+)){0,8}$/

/** Finds tokens that are known by their prefix or shape, and what follows the name of an HTTP authentication scheme. */
export function findTokens(text: string): readonly Span[] {
  const shaped = anyLongWord.test(text) ? shapedTokens(text) : []
  return anyScheme.test(text) ? [...shaped, ...afterScheme(text)] : shaped
}

function shapedTokens(text: string): readonly Span[] {
  if (text.length < shortText) return anyTokenShape.test(text) ? findShapes(text) : []
  const words = longWords(text)
  const found = anyTokenShape.test(words.text) ? findShapes(words.text) : []
  return found.length === 0 ? found : found.map(words.original)
}

/** Most of a text is words that are too short for a token: only the others are looked at. */
function longWords(text: string): View {
  const builder = viewBuilder()
  for (const { 0: found, index } of text.matchAll(longWord)) {
    if (letter.test(found) && digitOrCapital.test(found)) builder.add(`${found}\n`, index)
  }
  return builder.view()
}

function afterScheme(text: string): readonly Span[] {
  const spans: Span[] = []
  for (const found of text.matchAll(scheme)) {
    const [whole, name = '', , value = ''] = found
    const end = found.index + whole.length
    if (!isProse(name, value)) spans.push({ start: end - value.length, end, kind: 'authorization' })
  }
  return spans
}

/** "Basic authentication failed" holds no credentials: those are a user name, a colon and a password in base64. */
function isProse(scheme: string, value: string): boolean {
  if (scheme.toLowerCase() === 'basic') return !Buffer.from(value, 'base64').toString('latin1').includes(':')
  return value.length < 32 && word.test(value)
}
