import { MendkitError } from '../errors.ts'

/** Refuses a page size that is not a whole number from 1 to 1,000, with `invalid`. */
export function checkLimit(limit: number): void {
  if (Number.isSafeInteger(limit) && limit >= 1 && limit <= 1_000) return
  throw new MendkitError('invalid', `\`limit\` is ${limit}; ask for 1 to 1,000 rows`, { path: 'limit' })
}

/** Refuses more than 1,000 names in one read, with `invalid`. */
export function checkCount(path: string, names: readonly string[]): void {
  if (names.length <= 1_000) return
  throw new MendkitError('invalid', `\`${path}\` holds ${names.length} names; ask for at most 1,000`, { path })
}

/** Refuses a length of time that is not a whole number of milliseconds from 1, with `invalid`. */
export function checkDuration(path: string, ms: number): void {
  if (Number.isSafeInteger(ms) && ms >= 1) return
  throw new MendkitError('invalid', `\`${path}\` is ${ms}; give whole milliseconds, 1 or more`, { path })
}

/** A time in ms since 1970; refuses text that is not ISO 8601 with `invalid`. */
export function checkTime(path: string, time: string): number {
  const ms = Date.parse(time)
  if (!Number.isNaN(ms)) return ms
  throw new MendkitError('invalid', `\`${path}\` is not an ISO 8601 time`, { path })
}
