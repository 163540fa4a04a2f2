import type { Put } from '../../model/change.ts'
import type { HistoryRow } from '../../model/history.ts'
import { earliestStart } from '../timeline/rows.ts'
import type { Ageing } from './ageing.ts'

/** Incidents whose earliest alert is about to be counted by day, each with when that began. */
export async function keepBeginnings(
  { parts, tenant, ctx }: Ageing,
  rows: readonly HistoryRow[],
): Promise<readonly Put[]> {
  const ids = new Set(rows.flatMap((row) => ('incidentId' in row ? (row.incidentId ?? []) : [])))
  const put: Put[] = []
  for (const id of ids) {
    const incident = await parts.store.get('incident', tenant, id, ctx)
    if (incident === undefined || incident.began !== undefined) continue
    const began = await earliestStart(parts.store, incident, ctx)
    if (began === undefined) continue
    put.push({ kind: 'document', table: 'incident', row: { ...incident, began } })
  }
  return put
}
