import { Buffer } from 'node:buffer'
import { type CharRun, charRuns, charSort } from './char-runs.ts'
import { allOf, matches, type Span } from './span.ts'
import { tokenHint } from './token-heads.ts'
import { anyTokenShape, tokenBeginnings, tokenShapes } from './token-shapes.ts'
import { anyScheme } from './trace-words.ts'
import { type View, viewBuilder } from './view.ts'

const findShapes = allOf(tokenShapes.map(({ kind, pattern }) => matches(pattern, kind)))
/** No known token is shorter. */
const minToken = 15
/** Tells whether a run of token characters can hold a token at all. */
export const isTokenHinted = tokenHint(tokenBeginnings)
/** Not worth taking apart. */
const shortText = 256
const nothing: readonly Span[] = []
const letter = /[A-Za-z]/
const digitOrCapital = /[0-9A-Z]/

const scheme =
  /(?<![\w-])(bearer|basic|token|apikey|geniekey|ssws|negotiate|ntlm|splunk)([\t ]{1,8}(?:token=)?)([A-Za-z0-9._~+/-]{8,}={0,2})/gi
const word = /^(?:[A-Za-z]?[a-z]*|[A-Z]+)(?:[._/-](?:[A-Za-z]?[a-z]*|[A-Z]+)){0,8}$/

/** Finds tokens that are known by their prefix or shape, and what follows the name of an HTTP authentication scheme. */
export function findTokens(text: string): readonly Span[] {
  const shaped = shapedTokens(text)
  return anyScheme.test(text) ? [...shaped, ...afterScheme(text)] : shaped
}

function shapedTokens(text: string): readonly Span[] {
  const words = charRuns(text, minToken, charSort.token).filter((word) => isTokenHinted(text, word))
  if (words.length === 0) return nothing
  if (text.length < shortText) return anyTokenShape.test(text) ? findShapes(text) : nothing
  const view = viewOf(text, words)
  const found = anyTokenShape.test(view.text) ? findShapes(view.text) : nothing
  return found.length === 0 ? found : found.map(view.original)
}

/** Most of a text is words that hold no token: only the others are looked at. */
function viewOf(text: string, words: readonly CharRun[]): View {
  const builder = viewBuilder()
  for (const { start, end } of words) {
    const word = text.slice(start, end)
    // None is all lower case letters or all digits.
    if (letter.test(word) && digitOrCapital.test(word)) builder.add(`${word}\n`, start)
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
