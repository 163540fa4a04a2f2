import type { Alert } from '../../model/alert.ts'
import type { Parts } from '../parts.ts'
import { readMembers } from '../read-members.ts'
import type { StepView } from '../steps/view.ts'

/**
 * A moment after `since` at which a source said something about an alert of the incident, ms since 1970; undefined when
 * all sources have been silent since.
 */
export async function heardAt(parts: Parts, view: StepView, since: number): Promise<number | undefined> {
  const { tenant, id: incidentId } = view.incident
  for await (const page of readMembers(parts.store, { tenant, incidentId }, view.ctx)) {
    const heard = Math.max(...page.map((member) => lastWord(member.alert)))
    if (heard > since) return heard
  }
  return undefined
}

function lastWord(alert: Alert): number {
  const seen = Date.parse(alert.lastSeenAt)
  return alert.status !== 'resolved' || alert.endsAt === undefined ? seen : Math.max(seen, Date.parse(alert.endsAt))
}
