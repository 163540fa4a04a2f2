import { visible } from '../../redact/visible.ts'

/** A value from outside on one line: quoted, so that its end is where it seems, without what nobody sees, and cut with a word about it. */
export function shownValue(value: string | number | boolean, most = 160): string {
  if (typeof value !== 'string') return String(value)
  const seen = visible(value)
  const whole = seen.length <= most ? seen : `${seen.slice(0, most).toWellFormed()}… (${value.length} characters)`
  return JSON.stringify(whole)
}

/** A name from outside: as it is while it is a plain one, else quoted. */
export function shownName(name: string): string {
  return /^[A-Za-z0-9][\w.:/-]{0,252}$/.test(name) ? name : shownValue(name)
}

/** How long a moment lies from another, such as `-12m`. */
export function since(at: number, from: number): string {
  const seconds = Math.round((at - from) / 1_000)
  const sign = seconds < 0 ? '-' : '+'
  const size = Math.abs(seconds)
  if (size < 120) return `${sign}${size}s`
  if (size < 7_200) return `${sign}${Math.round(size / 60)}m`
  return size < 172_800 ? `${sign}${Math.round(size / 3_600)}h` : `${sign}${Math.round(size / 86_400)}d`
}
