import { MendkitError } from '../errors.ts'
import type { TimeZones } from '../ports/time-zones.ts'
import { errorText, message } from '../redact/message.ts'

/** What is used of the class `Cron` of the package `croner`, 11 or newer. */
export type CronConstructor = new (pattern: string, options: { readonly timezone: string }) => CronMatcher

/** What is used of a `Cron`. */
export interface CronMatcher {
  /** Whether the pattern names this second. */
  match(at: Date): boolean
}

const minuteMs = 60_000

/**
 * Calendars by the package `croner`: `system: { timeZones: cronTimeZones(Cron) }` with `import { Cron } from 'croner'`.
 * Patterns have exactly five parts; seconds, years, nicknames and `?` are refused.
 */
export function cronTimeZones(Cron: CronConstructor): TimeZones {
  return {
    matches(pattern, timeZone, at) {
      assertFiveParts(pattern)
      if (timeZone === '') throw notUnderstood(pattern, timeZone, 'the time zone is empty')
      try {
        // A pattern of five parts means its minute's first second, and the whole minute counts here.
        return new Cron(pattern, { timezone: timeZone }).match(new Date(Math.floor(at / minuteMs) * minuteMs))
      } catch (error) {
        throw notUnderstood(pattern, timeZone, errorText(error))
      }
    },
  }
}

/** The default: knows no calendar, and says what to pass. */
export const noTimeZones: TimeZones = {
  matches() {
    throw new MendkitError(
      'config',
      'system.timeZones: a calendar is asked for, and none was given; pass cronTimeZones(Cron), with Cron of the package croner',
      { path: 'system.timeZones' },
    )
  },
}

/** Other patterns mean something to the library too: a date, a nickname, seconds. One meaning is enough. */
function assertFiveParts(pattern: string): void {
  const parts = pattern.trim().split(/\s+/)
  if (parts.length === 5 && !pattern.includes('?')) return
  throw new MendkitError(
    'config',
    message`cron pattern "${pattern}": write five parts (minute, hour, day of the month, month, day of the week), such as "* 9-16 * * MON-FRI", without "?"`,
    { path: 'pattern' },
  )
}

function notUnderstood(pattern: string, timeZone: string, because: string): MendkitError {
  return new MendkitError('config', message`cron pattern "${pattern}" in time zone "${timeZone}": ${because}`, {
    path: 'pattern',
  })
}
