import { type HistoryRow, historyIndex } from '@mendkit/core'
import { chunks } from './bulk-insert.ts'
import { hashOfText } from './find-alerts.ts'
import type { HistoryTableRow } from './tables.ts'
import type { Writing } from './writing.ts'

/** Stores rows of history in the place of those that have their ids. */
export async function putHistory({ db, statements }: Writing, rows: readonly HistoryRow[]): Promise<void> {
  // Not every database takes a key twice in one statement; the last one counts.
  const last = new Map(rows.map((row) => [row.id, row]))
  await statements.insertHistory(db, Array.from(last.values(), toRow))
}

/** Deletes rows of history; an id that is not there is passed over. */
export async function dropHistory({ db, tenant }: Writing, ids: readonly string[]): Promise<void> {
  for (const chunk of chunks(ids)) {
    await db.deleteFrom('mendkit_history').where('tenant', '=', tenant).where('id', 'in', chunk).execute()
  }
}

function toRow(row: HistoryRow): HistoryTableRow {
  const { tenant, id, kind } = row
  const { incidentId, alertId, resourceKey, name } = historyIndex(row)
  const hash = (text: string | undefined) => (text === undefined ? null : hashOfText(tenant, text))
  return {
    tenant,
    id,
    kind,
    incident_hash: hash(incidentId),
    alert_hash: hash(alertId),
    resource_hash: hash(resourceKey),
    name_hash: hashOfText(tenant, name),
    body: JSON.stringify(row),
  }
}
