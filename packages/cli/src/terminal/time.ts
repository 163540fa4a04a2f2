const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
] as const

/** How long a stretch is, in one number and its unit. */
export function duration(ms: number): string {
  for (const [unit, size] of units) if (ms >= size) return `${Math.floor(ms / size)}${unit}`
  return `${Math.max(0, Math.floor(ms / 1_000))}s`
}

/** A moment in UTC, to the second. */
export function moment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')}Z`
}

/** A moment, and how far away it is. */
export function momentWithAge(at: number, now: number): string {
  const away = at <= now ? `${duration(now - at)} ago` : `in ${duration(at - now)}`
  return `${moment(at)} (${away})`
}
