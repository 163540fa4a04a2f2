const quotes = '"\'`'
const closers = '"\'`,;&)]}>|'
/** How far beyond its line a quoted value is looked for its closing quote. */
const maxLinesBeyond = 512
/** How far beyond its line a list is looked for its end. */
const maxList = 2_048
const nextPair = /^[\s"'\\]{0,8}[\w.-]{1,64}["'\\]{0,4}\s?[=:]/

/** How a value that is not quoted ends: at white space, or with its line for headers that hold several words. */
export type ValueStyle = 'word' | 'line'

/** Where the value that starts at `start` ends; `start` itself when there is none. Takes time linear in what it consumes. */
export function valueEnd(text: string, start: number, style: ValueStyle): number {
  let at = start
  while (text[at] === '\\' && at < start + 8) at += 1
  const first = text[at]
  if (first === undefined || first === '\n') return start
  if (quotes.includes(first)) return quotedEnd(text, start, at)
  if (first === '[') return listEnd(text, start)
  if (first === '{' && /[\s"'{}\\]/.test(text[start + 1] ?? '')) return start
  return style === 'line' ? lineEnd(text, start) : wordEnd(text, start)
}

/** An opening quote may be escaped, as in JSON within JSON; then so is the closing one. */
function quotedEnd(text: string, start: number, quoteAt: number): number {
  const quote = text[quoteAt]
  const escapes = quoteAt - start
  let before = 0
  let lineEnded = -1
  for (let at = quoteAt + 1; at < text.length; at += 1) {
    const char = text[at]
    if (char === '\n' && lineEnded === -1) lineEnded = at
    if (lineEnded !== -1 && at - lineEnded > maxLinesBeyond) return lineEnded
    if (char === quote && closes(before, escapes)) return at + 1
    before = char === '\\' ? before + 1 : 0
  }
  return lineEnded === -1 ? text.length : lineEnded
}

function closes(backslashes: number, escapes: number): boolean {
  return escapes === 0 ? backslashes % 2 === 0 : backslashes <= escapes
}

/** A list may go on over lines, as in JSON that is written for people. */
function listEnd(text: string, start: number): number {
  let at = start + 1
  let lineEnded = -1
  while (at < text.length && text[at] !== ']') {
    if (text[at] === '\n' && lineEnded === -1) lineEnded = at
    if (lineEnded !== -1 && at - lineEnded > maxList) return lineEnded
    at += 1
  }
  if (text[at] === ']') return at + 1
  return lineEnded === -1 ? at : lineEnded
}

const parameter = /[\s,][A-Za-z]{2,20}=$/

/** Quotes end a header that stands within quotes, but for those of its own parameters: `Digest username="bob", …`. */
function lineEnd(text: string, start: number): number {
  let at = start
  let within: string | undefined
  for (; at < text.length && text[at] !== '\n'; at += 1) {
    const char = text[at] ?? ''
    if (!quotes.includes(char)) continue
    if (within === undefined && !parameter.test(text.slice(Math.max(start, at - 24), at))) return at
    if (within === undefined) within = char
    else if (within === char) within = undefined
  }
  return at
}

/** A closing character within a word ends the value only where something else clearly follows. */
function wordEnd(text: string, start: number): number {
  let at = start
  while (at < text.length && !isSpace(text.charCodeAt(at))) {
    if (closers.includes(text[at] ?? '') && somethingElseFollows(text, at + 1)) return at
    at += 1
  }
  return at
}

function somethingElseFollows(text: string, at: number): boolean {
  const next = text[at]
  if (next === undefined || next === '\\' || isSpace(next.charCodeAt(0)) || closers.includes(next)) return true
  return nextPair.test(text.slice(at, at + 80))
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x09 || code === 0xa0
}
