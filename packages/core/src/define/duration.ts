import { MendkitError } from '../errors.ts'

/** A length of time: milliseconds as a number, or a text such as `500ms`, `15s`, `5m`, `1h`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h'}`

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** The duration in milliseconds. Throws `config` with the given path when it is not a positive length of time. */
export function durationMs(duration: Duration, path: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(String(duration)) ?? []
  const ms = typeof duration === 'number' ? duration : Number(amount) * (unitMs[unit] ?? Number.NaN)
  if (Number.isFinite(ms) && ms > 0) return ms
  throw new MendkitError(
    'config',
    `${path}: "${duration}" is no length of time; write 500ms, 15s, 5m, 1h or milliseconds`,
    { path },
  )
}
