import { type CalendarWindow, cronTimeZones, MendkitError, type PolicyDocument } from '@mendkit/core'
import { Cron } from 'croner'

const timeZones = cronTimeZones(Cron)

/** Throws `config` with the path of the first pattern or time zone that cannot be understood, as the document writes it. */
export function checkCalendars({ policies }: PolicyDocument): void {
  for (const [index, entry] of policies.entries()) {
    if (entry.kind === 'only-during') check(`policies.${index}`, entry)
    if (entry.kind !== 'change-freeze') continue
    for (const [place, freeze] of entry.freezes.entries()) {
      if ('pattern' in freeze) check(`policies.${index}.freezes.${place}`, freeze)
    }
  }
}

function check(where: string, { pattern, timeZone }: CalendarWindow): void {
  understood(`${where}.timeZone`, { pattern: '* * * * *', timeZone })
  understood(`${where}.pattern`, { pattern, timeZone })
}

function understood(path: string, { pattern, timeZone }: CalendarWindow): void {
  try {
    timeZones.matches(pattern, timeZone, 0)
  } catch (error) {
    if (!MendkitError.is(error, 'config')) throw error
    throw new MendkitError('config', `the policy document is wrong: ${path}: ${error.message}`, { path, cause: error })
  }
}
