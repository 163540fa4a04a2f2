/** `2026-01-01 00:00:00 UTC`, from milliseconds since 1970 or ISO 8601. */
export function utc(at: number | string): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const

/** `1 h 4 min`: the two largest units; `under a second` below one. */
export function duration(ms: number): string {
  const parts: string[] = []
  let rest = Math.max(0, ms)
  for (const [name, size] of units) {
    const whole = Math.floor(rest / size)
    rest -= whole * size
    if (whole > 0) parts.push(`${whole} ${name}`)
    else if (parts.length > 0) break
  }
  return parts.length === 0 ? 'under a second' : parts.slice(0, 2).join(' ')
}
