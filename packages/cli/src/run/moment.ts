import { UsageError } from './usage-error.ts'

const units: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000 }

/** The moment that an option names: so long ago, such as `30d`, or ISO 8601 as it is. Throws `UsageError`. */
export function momentOf(option: string, given: string, now: number): string {
  const [, count = '', unit = ''] = /^(\d{1,5})([dhm])$/.exec(given) ?? []
  const at = count === '' ? Date.parse(given) : now - Number(count) * (units[unit] ?? Number.NaN)
  const looksRight = count !== '' || /^\d{4}-\d{2}-\d{2}/.test(given)
  if (looksRight && Number.isFinite(at)) return new Date(at).toISOString()
  throw new UsageError(
    `--${option} is a number of days, hours or minutes such as 30d, 12h or 90m, or ISO 8601, not ${given}`,
  )
}
