import { type CharRun, charSort, isOf } from './char-runs.ts'

/** A run of characters that base64, its URL form and hexadecimal use; wrapped lines are one run. */
export interface Run {
  readonly start: number
  /** Behind its padding. */
  readonly end: number
  /** Without line breaks and padding. */
  readonly body: string
  readonly padded: boolean
}

/** So long are the lines of wrapped base64 at least. */
const minWrapped = 48
const maxIndent = 64
/** What a wrapped text may be followed by; a sentence that goes on below a long name is not part of it. */
const closers = ')]>}<"\'`\\,;'
const noRuns: readonly Run[] = []
const mixed = /[0-9A-Z].*[a-z]|[a-z].*[0-9A-Z]/
const capitalised = /^[A-Z][a-z]*$/

/** Those of the runs that may be encoded or drawn by chance: half of all that bytes encode to are capitals, and names have none. */
export function runsWithCapitals(text: string, found: readonly CharRun[]): readonly Run[] {
  if (found.length === 0) return noRuns
  const runs: Run[] = []
  let done = 0
  for (const { start, end: bodyEnd, holds } of found) {
    if (start < done || (holds & charSort.capital) === 0) continue
    let end = bodyEnd + paddingAt(text, bodyEnd)
    const first = text.slice(start, end)
    let whole = first
    if (first.length >= minWrapped && !first.endsWith('=')) {
      for (let line = lineAt(text, end, first); line !== undefined; line = lineAt(text, end, first)) {
        whole += line.body
        end = line.end
        if (line.body.length < first.length || whole.endsWith('=')) break
      }
    }
    const padding = whole.endsWith('==') ? 2 : Number(whole.endsWith('='))
    runs.push({ start, end, body: whole.slice(0, whole.length - padding), padded: padding > 0 })
    done = end
  }
  return runs
}

function paddingAt(text: string, at: number): number {
  return text[at] !== '=' ? 0 : text[at + 1] === '=' ? 2 : 1
}

/** The line below, when it goes on with the run: never longer than its first line. */
function lineAt(text: string, end: number, first: string): { readonly body: string; readonly end: number } | undefined {
  if (text[end] !== '\n') return undefined
  const start = blanksEnd(text, end + 1, maxIndent)
  let bodyEnd = start
  while (bodyEnd < text.length && isOf(charSort.base64, text.charCodeAt(bodyEnd))) bodyEnd += 1
  if (bodyEnd === start) return undefined
  const lineEnd = bodyEnd + paddingAt(text, bodyEnd)
  if (lineEnd - start > first.length) return undefined
  const body = text.slice(start, lineEnd)
  if (!isClosed(text, lineEnd) && (capitalised.test(body) || !mixed.test(body))) return undefined
  return { body, end: lineEnd }
}

function isClosed(text: string, at: number): boolean {
  if (closers.includes(text[at] ?? '\n')) return true
  const next = text[blanksEnd(text, at, text.length)]
  return next === undefined || next === '\n'
}

function blanksEnd(text: string, start: number, most: number): number {
  let at = start
  while (at - start < most && (text[at] === ' ' || text[at] === '\t')) at += 1
  return at
}
