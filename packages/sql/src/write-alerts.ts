import type { Alert, SymptomName } from '@mendkit/core'
import { chunks } from './bulk-insert.ts'
import { hashOf } from './find-alerts.ts'
import { storedSymptomOf } from './indexable.ts'
import type { AlertBefore } from './statements.ts'
import type { AlertRow } from './tables.ts'
import { recountMembers } from './write-members.ts'
import { countAlert, namedBy, type Writing } from './writing.ts'

/**
 * Stores alerts as their next revisions; answers the first conflict, if any. That no alert is stored twice rests on the lock of
 * the tenant, or on SQLite's write lock, which the transaction took first: nobody can store one between the look and the insert.
 */
export async function putAlerts(writing: Writing, rows: readonly Alert[]): Promise<string | undefined> {
  for (const chunk of chunks(rows)) {
    const before = await readBefore(writing, chunk)
    const added: Alert[] = []
    const replaced: Replacement[] = []
    for (const row of chunk) {
      const was = before.get(row.id)
      const revision = was?.revision ?? 0
      if (revision !== row.revision) return `alert ${row.id} has revision ${revision}, expected ${row.revision}`
      if (was === undefined) added.push(row)
      else replaced.push([was, row])
    }
    await insertAlerts(writing, added)
    await replaceAlerts(writing, replaced)
  }
  return undefined
}

async function insertAlerts(writing: Writing, rows: readonly Alert[]): Promise<void> {
  await writing.statements.insertAlerts(
    writing.db,
    rows.map((row) => toRow(row, storedSymptomOf(row))),
  )
  for (const row of rows) {
    if (row.incidentId !== undefined) countAlert(writing, row.incidentId, storedSymptomOf(row), row.status, 1)
  }
}

/** What is stored of an alert, and what takes its place. */
type Replacement = readonly [was: AlertBefore, row: Alert]

/** Stores alerts whose revisions were compared. */
export async function replaceAlerts(writing: Writing, rows: readonly Replacement[]): Promise<void> {
  const touched: AlertRow[] = []
  const changed: AlertRow[] = []
  const recounted: Alert[] = []
  for (const [was, row] of rows) {
    const symptom = storedSymptomOf(row)
    const after = { seq: was.seq, ...toRow(row, symptom) }
    writing.symptomOfAlert.set(row.id, symptom)
    if (sameIndexes(was, after)) touched.push(after)
    else changed.push(after)
    if (sameCount(was, after)) continue
    countAlert(writing, was.incident_id, namedBy(was.symptom), was.status, -1)
    countAlert(writing, after.incident_id, symptom, after.status, 1)
    if (was.symptom !== after.symptom && row.incidentId !== undefined) recounted.push(row)
  }
  await writing.statements.touchAlerts(writing.db, touched)
  await writing.statements.replaceAlerts(writing.db, changed)
  await recountMembers(writing, recounted)
}

/** What is stored of these alerts, by id. */
export async function readBefore(
  { db, tenant, statements }: Writing,
  rows: readonly Pick<Alert, 'id'>[],
): Promise<ReadonlyMap<string, AlertBefore>> {
  const found = await statements.findBefore(
    db,
    tenant,
    rows.map((row) => row.id),
  )
  return new Map(found.map((row) => [row.id, row]))
}

function toRow(alert: Alert, symptom: SymptomName): Omit<AlertRow, 'seq'> {
  const after = { ...alert, revision: alert.revision + 1 }
  return {
    tenant: alert.tenant,
    id: alert.id,
    id_hash: hashOf(alert.tenant, alert.id),
    source: alert.source,
    status: alert.status,
    correlated: alert.correlated,
    starts_at: startsAt(alert.startsAt),
    last_seen_at: lastSeenAt(alert.lastSeenAt),
    incident_id: alert.incidentId ?? null,
    symptom: symptom.key,
    revision: after.revision,
    body: JSON.stringify(after),
  }
}

/** Reads times, and remembers the last: neighbours share most of theirs. */
function timeReader(): (text: string) => number {
  let last = { text: '', ms: Number.NaN }
  return (text) => {
    if (text !== last.text) last = { text, ms: Date.parse(text) }
    return last.ms
  }
}

const startsAt = timeReader()
const lastSeenAt = timeReader()

function sameIndexes(was: AlertBefore, after: AlertRow): boolean {
  return (
    was.source === after.source &&
    was.starts_at === after.starts_at &&
    was.correlated === after.correlated &&
    was.symptom === after.symptom &&
    sameCount(was, after)
  )
}

function sameCount(was: AlertBefore, after: AlertRow): boolean {
  if (was.incident_id !== after.incident_id || was.status !== after.status) return false
  return was.incident_id === null || was.symptom === after.symptom
}
