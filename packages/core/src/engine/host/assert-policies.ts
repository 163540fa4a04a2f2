import { MendkitError } from '../../errors.ts'
import type { Settings } from '../../model/settings.ts'
import type { Policy } from '../../ports/policy.ts'
import type { TimeZones } from '../../ports/time-zones.ts'
import { message } from '../../redact/message.ts'
import { redact } from '../../redact/redact.ts'
import { assertCalendar } from './assert-calendar.ts'

/**
 * Refuses policies that could not judge. Throws `config` with the path of a calendar that cannot be understood, and of a
 * policy that looks back further than it is told of.
 */
export function assertPolicies(
  policies: readonly Policy[],
  timeZones: TimeZones,
  { decision: { lookBackMs } }: Settings,
): void {
  for (const [index, policy] of policies.entries()) {
    for (const [place, window] of (policy.calendars ?? []).entries()) {
      assertCalendar(timeZones, `policies.${index}.calendars.${place}`, window)
    }
    if ((policy.lookBackMs ?? 0) <= lookBackMs) continue
    const text = message`policies.${index}.lookBackMs: ${policy.id} looks back ${policy.lookBackMs ?? 0} ms; raise settings.decision.lookBackMs, which is ${lookBackMs}`
    throw new MendkitError('config', text, { path: redact(`policies.${index}.lookBackMs`) })
  }
}
