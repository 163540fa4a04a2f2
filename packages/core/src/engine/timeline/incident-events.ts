import { parseAuditRecord } from '../../audit/parse-record.ts'
import type { MendkitEvent } from '../../model/event.ts'
import type { Incident } from '../../model/incident.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Store } from '../../ports/store.ts'
import { readEvents } from '../feed/read-events.ts'

const pageSize = 1_000
/** Clocks of several processes may differ by this much. */
const skewMs = 3_600_000
/** Notices about a closed incident may still be on their way for this long. */
const afterlifeMs = 86_400_000

/**
 * Every audit entry about an incident, in order. The log is not indexed by incident, so its beginning is looked for by
 * time; when that does not find the entry that opened the incident, the whole log is read.
 */
export async function incidentEvents(
  store: Store,
  incident: Incident,
  ctx: CallContext,
): Promise<readonly MendkitEvent[]> {
  const from = await firstEntryOf(store, incident, ctx)
  const events = await scan(store, incident, from, ctx)
  const complete = from === 0 || events.some((event) => event.type === 'incident-opened')
  return complete ? events : scan(store, incident, 0, ctx)
}

/** Number of an entry before which none is about the incident, unless clocks disagreed by more than an hour. */
export function firstEntryOf(store: Store, incident: Incident, ctx: CallContext): Promise<number> {
  return firstEntrySince(store, incident.tenant, incident.openedAt - skewMs, ctx)
}

async function scan(
  store: Store,
  incident: Incident,
  start: number,
  ctx: CallContext,
): Promise<readonly MendkitEvent[]> {
  const events: MendkitEvent[] = []
  for (let from = start; ; ) {
    const query = { tenant: incident.tenant, incidentId: incident.id, from, limit: pageSize }
    const page = await readEvents(store, query, ctx)
    events.push(...page.events)
    if (page.atEnd || isOver(incident, page.lastAt)) return events
    from = page.next
  }
}

/** Whether nothing that comes after a moment is about the incident. */
export function isOver(incident: Incident, at: string | undefined): boolean {
  return incident.phase === 'closed' && at !== undefined && Date.parse(at) > incident.phaseSince + afterlifeMs
}

/** Halves the log until it has the first entry that is not older than `since`; close to it where clocks disagreed. */
async function firstEntrySince(store: Store, tenant: string, since: number, ctx: CallContext): Promise<number> {
  const { size } = await store.auditHead(tenant, ctx)
  if (size <= pageSize) return 0
  let [low, high] = [0, size]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const [record] = await store.readAudit({ tenant, from: middle, limit: 1 }, ctx)
    const isOlder = record !== undefined && Date.parse(parseAuditRecord(record).ts) < since
    if (isOlder) low = middle + 1
    else high = middle
  }
  return low
}
