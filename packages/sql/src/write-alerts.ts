import { type Alert, type SymptomName, symptomOf } from '@mendkit/core'
import { chunks } from './bulk-insert.ts'
import type { Tables } from './tables.ts'
import { inSavepoint } from './transaction.ts'
import { recountMembers } from './write-members.ts'
import { countAlert, namedBy, type Writing } from './writing.ts'

type AlertRow = Tables['mendkit_alert']
type Before = Pick<
  AlertRow,
  'id' | 'source' | 'status' | 'correlated' | 'starts_at' | 'incident_id' | 'symptom' | 'revision'
>

/** Stores alerts as their next revisions; answers the first conflict, if any. */
export async function putAlerts(writing: Writing, rows: readonly Alert[]): Promise<string | undefined> {
  const because = await insertAlerts(
    writing,
    rows.filter((row) => row.revision === 0),
  )
  if (because !== undefined) return because
  const known = rows.filter((row) => row.revision > 0)
  for (const chunk of chunks(known)) {
    const before = await readBefore(writing, chunk)
    for (const row of chunk) {
      const revision = before.get(row.id)?.revision ?? 0
      if (revision !== row.revision) return `alert ${row.id} has revision ${revision}, expected ${row.revision}`
    }
    await replaceAlerts(writing, chunk, before)
  }
  return undefined
}

async function insertAlerts(writing: Writing, rows: readonly Alert[]): Promise<string | undefined> {
  if (rows.length === 0) return undefined
  const { db, statements } = writing
  const inserted = await inSavepoint(db, 'mendkit_alerts', async () => {
    let written = 0
    for (const chunk of chunks(rows)) {
      written += await statements.insertAlerts(
        db,
        chunk.map((row) => toRow(writing, row)),
      )
    }
    return { keep: written === rows.length, result: written === rows.length }
  })
  if (!inserted) return firstStored(writing, rows)
  for (const row of rows) countAlert(writing, row.incidentId, symptomIn(writing, row), row.status, 1)
  return undefined
}

/** The conflict of new alerts of which some are stored already. */
async function firstStored(writing: Writing, rows: readonly Alert[]): Promise<string> {
  for (const chunk of chunks(rows)) {
    const before = await readBefore(writing, chunk)
    const stored = chunk.find((row) => before.has(row.id))
    if (stored !== undefined) return `alert ${stored.id} has revision ${before.get(stored.id)?.revision}, expected 0`
  }
  return 'an alert that should be new is stored already'
}

/** Stores alerts whose revisions were compared. */
export async function replaceAlerts(
  writing: Writing,
  rows: readonly Alert[],
  before: ReadonlyMap<string, Before>,
): Promise<void> {
  const touched: AlertRow[] = []
  const changed: AlertRow[] = []
  const recounted: Alert[] = []
  for (const row of rows) {
    const was = before.get(row.id)
    const after = toRow(writing, row)
    const symptom = symptomIn(writing, row)
    if (was !== undefined && sameIndexes(was, after)) touched.push(after)
    else changed.push(after)
    if (was === undefined || sameCount(was, after)) continue
    countAlert(writing, was.incident_id, namedBy(was.symptom), was.status, -1)
    countAlert(writing, after.incident_id, symptom, after.status, 1)
    if (was.symptom !== after.symptom && row.incidentId !== undefined) recounted.push(row)
  }
  await writing.statements.touchAlerts(writing.db, touched)
  await writing.statements.replaceAlerts(writing.db, changed)
  await recountMembers(writing, recounted)
}

/** What is stored of these alerts, by id. */
async function readBefore(writing: Writing, rows: readonly Pick<Alert, 'id'>[]): Promise<Map<string, Before>> {
  const ids = rows.map((row) => row.id)
  const found = await writing.db
    .selectFrom('mendkit_alert')
    .select(['id', 'source', 'status', 'correlated', 'starts_at', 'incident_id', 'symptom', 'revision'])
    .where('tenant', '=', writing.tenant)
    .where('id', 'in', ids)
    .execute()
  return new Map(found.map((row) => [row.id, row]))
}

function toRow(writing: Writing, alert: Alert): AlertRow {
  const after = { ...alert, revision: alert.revision + 1 }
  const symptom = symptomOf(alert)
  writing.symptomOfAlert.set(alert.id, symptom)
  return {
    tenant: alert.tenant,
    id: alert.id,
    source: alert.source,
    status: alert.status,
    correlated: alert.correlated,
    starts_at: Date.parse(alert.startsAt),
    last_seen_at: Date.parse(alert.lastSeenAt),
    incident_id: alert.incidentId ?? null,
    symptom: symptom.key,
    revision: after.revision,
    body: JSON.stringify(after),
  }
}

function symptomIn(writing: Writing, alert: Alert): SymptomName {
  return writing.symptomOfAlert.get(alert.id) ?? symptomOf(alert)
}

function sameIndexes(was: Before, after: AlertRow): boolean {
  return (
    was.source === after.source &&
    was.starts_at === after.starts_at &&
    was.correlated === after.correlated &&
    was.symptom === after.symptom &&
    sameCount(was, after)
  )
}

function sameCount(was: Before, after: AlertRow): boolean {
  if (was.incident_id !== after.incident_id || was.status !== after.status) return false
  return was.incident_id === null || was.symptom === after.symptom
}
