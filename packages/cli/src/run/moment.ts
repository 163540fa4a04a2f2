import { UsageError } from './usage-error.ts'

const units: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000 }

/** The moment that an option names: so long ago, such as `30d`, or ISO 8601 as it is. Throws `UsageError`. */
export function momentOf(option: string, given: string, now: number): string {
  const [, count = '', unit = ''] = /^(\d{1,5})([dhm])$/.exec(given) ?? []
  const at = count === '' ? isoMs(given) : now - Number(count) * (units[unit] ?? Number.NaN)
  if (at !== undefined) return new Date(at).toISOString()
  throw new UsageError(
    `--${option} is a number of days, hours or minutes such as 30d, 12h or 90m, or ISO 8601, not ${given}`,
  )
}

/** The moment that lies ahead, at most so many ms, and that an option names in ISO 8601. Throws `UsageError`. */
export function momentAhead(option: string, given: string, now: number, longest: { ms: number; says: string }): string {
  const at = isoMs(given)
  if (at === undefined)
    throw new UsageError(`--${option} is a moment in ISO 8601, such as 2026-12-20T18:00:00Z, not ${given}`)
  if (at <= now) throw new UsageError(`--${option}: ${given} is past`)
  if (at - now > longest.ms) throw new UsageError(`--${option}: ${given} is ${longest.says}`)
  return new Date(at).toISOString()
}

/** Milliseconds since 1970; undefined for what is no ISO 8601 or names a day that no calendar has, which `Date` moves on. */
function isoMs(given: string): number | undefined {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})(?:T|$)/.exec(given) ?? []
  const at = Date.parse(given)
  if (day === undefined || !Number.isFinite(at)) return undefined
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  return date.getUTCDate() === Number(day) ? at : undefined
}
