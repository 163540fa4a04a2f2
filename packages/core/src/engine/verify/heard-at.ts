import type { Alert, Membership } from '../../model/alert.ts'
import type { Parts } from '../parts.ts'
import type { StepView } from '../steps/view.ts'

const pageSize = 1_000

/**
 * A moment after `since` at which a source said something about an alert of the incident, ms since 1970; undefined when
 * all sources have been silent since.
 */
export async function heardAt(parts: Parts, view: StepView, since: number): Promise<number | undefined> {
  const { tenant, id: incidentId } = view.incident
  for (let after: Membership | undefined; ; ) {
    const query = { tenant, incidentId, limit: pageSize, ...(after !== undefined && { after }) }
    const page = await parts.store.members(query, view.ctx)
    const heard = Math.max(...page.map((member) => lastWord(member.alert)))
    if (heard > since) return heard
    const last = page.at(-1)
    if (page.length < pageSize || last === undefined) return undefined
    after = last
  }
}

function lastWord(alert: Alert): number {
  const seen = Date.parse(alert.lastSeenAt)
  return alert.status !== 'resolved' || alert.endsAt === undefined ? seen : Math.max(seen, Date.parse(alert.endsAt))
}
