const isoWithZone = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?(?:Z|[+-]\d\d:\d\d)$/
const canonical = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const yearOne = -62_135_596_800_000
const endOfYear9999 = 253_402_300_799_999

/** What is wrong with a time that `parseMoment` refuses. */
export const momentRule = 'must be an ISO 8601 time with a zone, such as 2026-01-31T12:00:00Z'

/**
 * An ISO 8601 time as UTC with milliseconds, so that text sorts as time does. null for the first moment of year 1, by
 * which Go programs say that there is no time; undefined for what is no time, or has no zone.
 */
export function parseMoment(text: string): string | null | undefined {
  if (!isoWithZone.test(text)) return undefined
  const ms = Date.parse(text)
  if (Number.isNaN(ms) || ms < yearOne || ms > endOfYear9999) return undefined
  if (ms === yearOne) return null
  // A day that no calendar has is moved on when it is parsed; as text it would sort as what it says.
  if (Number(text.slice(8, 10)) > 28 && !isDay(text)) return undefined
  return canonical.test(text) ? text : new Date(ms).toISOString()
}

function isDay(text: string): boolean {
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10))]
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
}

/** Reads moments as `parseMoment` does, and remembers the last: the alerts of a group share most of theirs. */
export function momentReader(): typeof parseMoment {
  let last: { readonly text: string; readonly moment: ReturnType<typeof parseMoment> } | undefined
  return (text) => {
    if (text !== last?.text) last = { text, moment: parseMoment(text) }
    return last.moment
  }
}

/** The earlier of two moments, either of which may be unknown. */
export function earlier(known: string, other: string | undefined): string {
  return other !== undefined && other < known ? other : known
}

/** The later of two moments. */
export function later(a: string, b: string): string {
  return a < b ? b : a
}
