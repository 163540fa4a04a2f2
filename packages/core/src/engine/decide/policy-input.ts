import type { IncidentView } from '../../model/incident.ts'
import type { PolicyInput } from '../../ports/policy.ts'
import type { Parts } from '../parts.ts'

/** What policies are given about a plan, as of a moment. */
export function policyInput(
  parts: Pick<Parts, 'settings' | 'timeZones'>,
  given: Omit<PolicyInput, 'incident' | 'environment' | 'calendar'> & { readonly incident: IncidentView },
): PolicyInput {
  const { environment } = parts.settings
  const { now } = given
  const calendar: PolicyInput['calendar'] = {
    matches: (pattern, timeZone) => parts.timeZones.matches(pattern, timeZone, now),
  }
  return environment === undefined ? { ...given, calendar } : { ...given, environment, calendar }
}
