import { policyScopeSchema } from '../../builtin/policies/applies.ts'
import { MendkitError } from '../../errors.ts'
import type { Settings } from '../../model/settings.ts'
import type { Policy } from '../../ports/policy.ts'
import type { TimeZones } from '../../ports/time-zones.ts'
import { message } from '../../redact/message.ts'
import { redact } from '../../redact/redact.ts'
import { assertCalendar } from './assert-calendar.ts'

/**
 * Refuses policies that could not judge. Throws `config` with the path of a calendar that cannot be understood, of a policy
 * that looks back further than it is told of, and of one that says wrongly what it applies to.
 */
export function assertPolicies(
  policies: readonly Policy[],
  timeZones: TimeZones,
  { decision: { lookBackMs } }: Settings,
): void {
  for (const [index, policy] of policies.entries()) {
    assertScope(`policies.${index}.appliesTo`, policy)
    for (const [place, window] of (policy.calendars ?? []).entries()) {
      assertCalendar(timeZones, `policies.${index}.calendars.${place}`, window)
    }
    if ((policy.lookBackMs ?? 0) <= lookBackMs) continue
    const text = message`policies.${index}.lookBackMs: ${policy.id} looks back ${policy.lookBackMs ?? 0} ms; raise settings.decision.lookBackMs, which is ${lookBackMs}`
    throw new MendkitError('config', text, { path: redact(`policies.${index}.lookBackMs`) })
  }
}

/** A misspelt field would leave the policy unheard where it should deny. */
function assertScope(path: string, { id, appliesTo }: Policy): void {
  if (appliesTo === undefined) return
  const [issue] = policyScopeSchema().safeParse(appliesTo).error?.issues ?? []
  if (issue === undefined) return
  const extra = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const where = [path, ...issue.path, ...extra].join('.')
  throw new MendkitError('config', message`${where}: ${id}: ${issue.message}`, { path: redact(where) })
}
