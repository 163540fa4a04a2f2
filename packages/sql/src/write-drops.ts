import type { DocumentTable, DroppedRow } from '@mendkit/core'
import { chunks } from './bulk-insert.ts'
import { readBefore } from './write-alerts.ts'
import { dropKeys } from './write-keys.ts'
import { writeSymptoms } from './write-symptoms.ts'
import { countAlert, namedBy, type Writing } from './writing.ts'

/** Deletes alerts with their members in the incident that each names; answers the first conflict, if any. */
export async function dropAlerts(writing: Writing, rows: readonly DroppedRow[]): Promise<string | undefined> {
  const { db, tenant } = writing
  for (const chunk of chunks(rows)) {
    const before = await readBefore(writing, chunk)
    const seqs: number[] = []
    const ofIncident = new Map<string, string[]>()
    for (const { id, revision: expected } of chunk) {
      const was = before.get(id)
      const revision = was?.revision ?? 0
      if (was === undefined || revision !== expected)
        return `alert ${id} has revision ${revision}, expected ${expected}`
      seqs.push(was.seq)
      countAlert(writing, was.incident_id, namedBy(was.symptom), was.status, -1)
      writing.symptomOfAlert.delete(id)
      if (was.incident_id === null) continue
      const ids = ofIncident.get(was.incident_id) ?? []
      ofIncident.set(was.incident_id, [...ids, id])
    }
    for (const [incidentId, ids] of ofIncident) {
      await db
        .deleteFrom('mendkit_member')
        .where('tenant', '=', tenant)
        .where('incident_id', '=', incidentId)
        .where('alert_id', 'in', ids)
        .execute()
    }
    await db.deleteFrom('mendkit_alert').where('seq', 'in', seqs).execute()
  }
  return undefined
}

/** Deletes documents as they were read; answers the first conflict, if any. */
export async function dropDocuments(
  { db, tenant }: Writing,
  table: DocumentTable,
  rows: readonly DroppedRow[],
): Promise<string | undefined> {
  for (const chunk of chunks(rows)) {
    const ids = chunk.map(({ id }) => id)
    const found = await db
      .selectFrom('mendkit_document')
      .select(['id', 'revision'])
      .where('kind', '=', table)
      .where('tenant', '=', tenant)
      .where('id', 'in', ids)
      .execute()
    const before = new Map(found.map((row) => [row.id, row.revision]))
    for (const { id, revision: expected } of chunk) {
      const revision = before.get(id) ?? 0
      if (revision !== expected) return `${table} ${id} has revision ${revision}, expected ${expected}`
    }
    await db
      .deleteFrom('mendkit_document')
      .where('kind', '=', table)
      .where('tenant', '=', tenant)
      .where('id', 'in', ids)
      .execute()
  }
  return undefined
}

/** Deletes members, symptoms and keys of an incident that no alert names; answers the conflict, if any. */
export async function dropMembers(writing: Writing, incidentId: string): Promise<string | undefined> {
  const { db, tenant } = writing
  const named = await db
    .selectFrom('mendkit_alert')
    .select('id')
    .where('tenant', '=', tenant)
    .where('incident_id', '=', incidentId)
    .limit(1)
    .executeTakeFirst()
  if (named !== undefined) return `alert ${named.id} still names incident ${incidentId}`
  // What this change has counted so far must not come after.
  await writeSymptoms(writing)
  await db.deleteFrom('mendkit_member').where('tenant', '=', tenant).where('incident_id', '=', incidentId).execute()
  await db.deleteFrom('mendkit_symptom').where('tenant', '=', tenant).where('incident_id', '=', incidentId).execute()
  await dropKeys(writing, incidentId)
  return undefined
}
