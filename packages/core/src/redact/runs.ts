import { charRuns } from './char-runs.ts'

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
const nextLine = () => /\n[\t ]{0,64}([A-Za-z0-9+/_-]+={0,2})/y
/** What a wrapped text may be followed by; a sentence that goes on below a long name is not part of it. */
const closed = () => /[)\]>}<"'`\\,;]|[\t ]*(?:\n|$)/y
const mixed = /[0-9A-Z].*[a-z]|[a-z].*[0-9A-Z]/
const capitalised = /^[A-Z][a-z]*$/

/** Every such run of at least so many characters. */
export function runsOf(text: string, least: number): readonly Run[] {
  const runs: Run[] = []
  let done = 0
  for (const { start, end: bodyEnd } of charRuns(text, least, 'base64')) {
    if (start < done) continue
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
  const pattern = nextLine()
  pattern.lastIndex = end
  const found = pattern.exec(text)
  const body = found?.[1]
  if (found === null || body === undefined || body.length > first.length) return undefined
  const closing = closed()
  closing.lastIndex = pattern.lastIndex
  if (!closing.test(text) && (capitalised.test(body) || !mixed.test(body))) return undefined
  return { body, end: end + found[0].length }
}
