import { MendkitError } from '../../errors.ts'
import type { Labels } from '../../model/alert.ts'
import type { Urgency } from '../../model/notice.ts'
import type { EscalationPolicySettings, Settings } from '../../model/settings.ts'
import type { TimeZones } from '../../ports/time-zones.ts'
import { message } from '../../redact/message.ts'
import { redact } from '../../redact/redact.ts'
import { assertCalendar } from '../host/assert-calendar.ts'
import { parseAlertMatcher } from '../intake/alert-matchers.ts'

/** An escalation policy, ready to be asked. */
export interface EscalationPolicy {
  readonly id: string
  /** Absent: it is for every incident. */
  readonly matches?: (labels: Labels) => boolean
  readonly tiers: EscalationPolicySettings['tiers']
  /** How often the tiers are gone through, the first time included. */
  readonly rounds: number
  /** The windows in which a notice of this urgency waits, each asked with ms since 1970. None for one that never waits. */
  readonly quietWindows: (urgency: Urgency) => readonly ((at: number) => boolean)[]
}

/**
 * Reads `settings.escalation`; no policies without it. Throws `config` with the path of what could not page anybody: an
 * unknown notifier, the same one twice in a tier, two policies of one name, matchers and calendars that cannot be read.
 */
export function escalationPolicies(
  { escalation }: Settings,
  notifiers: readonly { readonly id: string }[],
  timeZones: TimeZones,
): readonly EscalationPolicy[] {
  const known = notifiers.map(({ id }) => id)
  const ids = new Set<string>()
  return (escalation?.policies ?? []).map((given, index) => {
    const path = `settings.escalation.policies.${index}`
    if (ids.has(given.id)) throw refused(`${path}.id`, message`two escalation policies are named ${given.id}`)
    ids.add(given.id)
    for (const [tier, { notifiers: named }] of given.tiers.entries()) {
      assertNotifiers(`${path}.tiers.${tier}.notifiers`, named, known)
    }
    const matchers = (given.match ?? []).map((text, place) => parseAlertMatcher(text, `${path}.match.${place}`))
    return {
      id: given.id,
      ...(matchers.length > 0 && { matches: (labels: Labels) => matchers.every((matches) => matches(labels)) }),
      tiers: given.tiers,
      rounds: given.repeats + 1,
      quietWindows: quietWindows(given.quietHours, `${path}.quietHours`, timeZones),
    }
  })
}

function assertNotifiers(path: string, named: readonly string[], known: readonly string[]): void {
  for (const [place, id] of named.entries()) {
    if (!known.includes(id)) {
      throw refused(`${path}.${place}`, message`there is no notifier ${id}; there are ${known.join(', ')}`)
    }
    if (named.indexOf(id) < place) throw refused(`${path}.${place}`, message`notifier ${id} stands twice in this tier`)
  }
}

function quietWindows(
  quietHours: EscalationPolicySettings['quietHours'],
  path: string,
  timeZones: TimeZones,
): EscalationPolicy['quietWindows'] {
  if (quietHours === undefined) return () => []
  const { windows, waits } = quietHours
  for (const [place, window] of windows.entries()) assertCalendar(timeZones, `${path}.windows.${place}`, window)
  const waiting: readonly Urgency[] = waits === 'info' ? ['info'] : ['info', 'ask']
  const asked = windows.map(
    ({ pattern, timeZone }) =>
      (at: number) =>
        timeZones.matches(pattern, timeZone, at),
  )
  return (urgency) => (waiting.includes(urgency) ? asked : [])
}

function refused(path: string, text: string): MendkitError {
  return new MendkitError('config', message`${path}: ${text}`, { path: redact(path) })
}
