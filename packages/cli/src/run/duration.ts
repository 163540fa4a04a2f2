import { UsageError } from './usage-error.ts'

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds of a time such as `45s`, `30m`, `2h` or `1d`. Throws `UsageError`, naming the option. */
export function durationMs(option: string, text: string): number {
  const [, amount, unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? []
  const ms = Number(amount) * (unitMs[unit] ?? Number.NaN)
  if (ms > 0) return ms
  throw new UsageError(`${option}: "${text}" is no length of time; write 45s, 30m, 2h or 1d`)
}
