import { MendkitError } from '../../errors.ts'
import type { CalendarWindow } from '../../ports/policy.ts'
import type { TimeZones } from '../../ports/time-zones.ts'
import { message } from '../../redact/message.ts'
import { redact } from '../../redact/redact.ts'

/** Throws `config` with the path of the field for a calendar that `timeZones` does not understand. */
export function assertCalendar(timeZones: TimeZones, path: string, { pattern, timeZone }: CalendarWindow): void {
  try {
    timeZones.matches(pattern, timeZone, 0)
  } catch (error) {
    if (!MendkitError.is(error, 'config')) throw error
    throw new MendkitError('config', message`${path}: ${error.message}`, { path: redact(path), cause: error })
  }
}
