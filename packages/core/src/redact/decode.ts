import { Buffer } from 'node:buffer'
import { charRuns, charSort } from './char-runs.ts'
import { type Run, runsWithCapitals } from './runs.ts'

/** What a stretch of a text may be once it is decoded. */
export interface Decoded {
  readonly start: number
  readonly end: number
  /** One reading for each way in which it can be taken. */
  readonly readings: readonly string[]
}

/** So many characters that can be read in a row are taken for text. */
const minReadable = 8
/** So long is what is taken apart, at least. */
const minRun = 16
/** So many fours hold as many characters. */
const minFours = 3
const anyShift: readonly number[] = [0, 1, 2, 3]
const none: readonly Decoded[] = []
const readable = /[\t\n\r -~]{8,}/g
const hexDump = /(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{2}[ :]){7,}[0-9A-Fa-f]{2}(?![0-9A-Fa-f])/g
/** How Go prints bytes, and JSON lists them. */
const byteList = /\[(?:\d{1,3}(?:,\s?| )){7,}\d{1,3}\]/g

/** Written out: a pattern of a fixed length lets most of a text be skipped. */
const anyDump = /[ :][0-9A-Fa-f]{2}[ :][0-9A-Fa-f]{2}[ :][0-9A-Fa-f]{2}[ :][0-9A-Fa-f]{2}[ :]/

/** Every stretch that reads as text once base64, hexadecimal or a list of bytes is taken away. */
export function decodedStretches(text: string): readonly Decoded[] {
  const found: Decoded[] = []
  const runs = charRuns(text, minRun, charSort.base64)
  for (const run of runsWithCapitals(text, runs)) found.push(...base64Readings(run))
  for (const run of runs) {
    if ((run.holds & charSort.digit) === 0) continue
    for (const { start, end } of charRuns(text, minRun, charSort.hex, run.start, run.end)) {
      found.push(...hexReadings(start, text.slice(start, end)))
    }
  }
  if (anyDump.test(text)) {
    found.push(...stretches(text, hexDump, (dump) => [fromHex(dump.replaceAll(/[ :]/g, ''))]))
  }
  if (text.includes('[')) found.push(...stretches(text, byteList, (list) => [fromNumbers(list)]))
  return found
}

/** A run may begin before what was encoded does: a path or a word that is glued to it shifts the fours. */
function base64Readings({ start, end, body }: Run): readonly Decoded[] {
  const shifts = shiftsToText(body)
  if (shifts.length === 0) return none
  const readings = shifts.flatMap((shift) => legible(fromBase64(shift === 0 ? body : body.slice(shift))))
  return readings.length === 0 ? [] : [{ start, end, readings }]
}

/** From which of its first four characters on a run may read as text: names and digests do not keep to ASCII for long. */
function shiftsToText(body: string): readonly number[] {
  return anyShift.filter((shift) => {
    let inARow = 0
    for (let at = shift; at < body.length; at += 4) {
      inARow = isAsciiFour(body, at) ? inARow + 1 : 0
      if (inARow === minFours) return true
    }
    return false
  })
}

/** Whether none of the three bytes that four characters stand for has its highest bit set. */
function isAsciiFour(body: string, at: number): boolean {
  return (
    sixBits(body.charCodeAt(at)) < 32 &&
    (sixBits(body.charCodeAt(at + 1)) & 8) === 0 &&
    (sixBits(body.charCodeAt(at + 2)) & 2) === 0
  )
}

/** What a character of base64 stands for; 0 beyond the end. */
function sixBits(code: number): number {
  if (code >= 97) return code - 71
  if (code >= 65 && code <= 90) return code - 65
  if (code >= 48 && code <= 57) return code + 4
  if (code === 43 || code === 45) return 62
  return code === 47 || code === 95 ? 63 : 0
}

function hexReadings(start: number, digits: string): readonly Decoded[] {
  if (!readsAsText(digits, 0) && !readsAsText(digits, 1)) return none
  const readings = [fromHex(digits), fromHex(digits.slice(1))].flatMap(legible)
  return readings.length === 0 ? [] : [{ start, end: start + digits.length, readings }]
}

/** The first of the two digits of a readable character is 2 to 7, of white space and of the zeros of UTF-16 it is 0. */
function readsAsText(digits: string, shift: number): boolean {
  let inARow = 0
  for (let at = shift; at < digits.length; at += 2) {
    const code = digits.charCodeAt(at)
    inARow = (code >= 50 && code <= 55) || code === 48 ? inARow + 1 : 0
    if (inARow === minReadable) return true
  }
  return false
}

function stretches(text: string, pattern: RegExp, read: (found: string) => readonly string[]): readonly Decoded[] {
  return Array.from(text.matchAll(pattern)).flatMap((found) => {
    const readings = read(found[0]).flatMap(legible)
    return readings.length === 0 ? [] : [{ start: found.index, end: found.index + found[0].length, readings }]
  })
}

/** The parts that can be read, one a line; none when there are none. UTF-16 reads as text without its zeros. */
function legible(decoded: string): readonly string[] {
  const narrow = decoded.includes('\0') ? decoded.replaceAll('\0', '') : decoded
  const parts = narrow.length < minReadable ? [] : (narrow.match(readable) ?? [])
  return parts.length === 0 ? [] : [parts.join('\n\n')]
}

function fromBase64(body: string): string {
  return Buffer.from(body, 'base64').toString('latin1')
}

function fromHex(digits: string): string {
  return Buffer.from(digits, 'hex').toString('latin1')
}

function fromNumbers(list: string): string {
  return Buffer.from((list.match(/\d+/g) ?? []).map(Number)).toString('latin1')
}
