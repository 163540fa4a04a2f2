import type { Membership } from '../../model/alert.ts'
import type { Documents, DocumentTable } from '../../model/documents.ts'
import type { Incident } from '../../model/incident.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Store } from '../../ports/store.ts'

const pageSize = 1_000
/** Pages of alerts that are looked through for the earliest; the start of a larger storm is that of its first pages. */
const maxMemberPages = 20

/** Every document of a table that belongs to an incident. */
export async function documentsOf<Table extends DocumentTable>(
  store: Store,
  table: Table,
  incident: { readonly tenant: string; readonly id: string },
  ctx: CallContext,
): Promise<readonly Documents[Table][]> {
  const rows: Documents[Table][] = []
  for (let after: string | undefined; ; ) {
    const query = { tenant: incident.tenant, incidentId: incident.id, limit: pageSize, ...(after && { after }) }
    const page = await store.list(table, query, ctx)
    rows.push(...page)
    after = page.at(-1)?.id
    if (page.length < pageSize) return rows
  }
}

/** Start of the earliest alert of an incident, ms since 1970. */
export async function earliestStart(
  store: Store,
  incident: Pick<Incident, 'tenant' | 'id' | 'began'>,
  ctx: CallContext,
): Promise<number | undefined> {
  if (incident.began !== undefined) return incident.began
  // What is history by now is found by its incident, the earliest start first.
  const [oldest] = await store.history(
    { tenant: incident.tenant, of: 'alerts', incidentId: incident.id, limit: 1 },
    ctx,
  )
  let earliest = oldest === undefined ? undefined : Date.parse(oldest.startsAt)
  let after: Pick<Membership, 'alertId' | 'episode'> | undefined
  for (let pages = 0; pages < maxMemberPages; pages += 1) {
    const query = { tenant: incident.tenant, incidentId: incident.id, limit: pageSize, ...(after && { after }) }
    const page = await store.members(query, ctx)
    for (const { alert, episode } of page) {
      // A later stretch of firing has overwritten the start of the one that was a member.
      const start = alert.episode === episode ? Date.parse(alert.startsAt) : Number.POSITIVE_INFINITY
      if (start < (earliest ?? Number.POSITIVE_INFINITY)) earliest = start
    }
    after = page.at(-1)
    if (page.length < pageSize) break
  }
  return earliest
}
