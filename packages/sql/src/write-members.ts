import { type Alert, type Membership, MendkitError, readAlert, type SymptomName } from '@mendkit/core'
import { chunks } from './bulk-insert.ts'
import { storedSymptomOf } from './indexable.ts'
import { breathe } from './transaction.ts'
import { countSymptom, namedBy, type Writing } from './writing.ts'

/** Adds members that are new. Throws `invalid` for one whose alert is not stored. */
export async function putMembers(writing: Writing, rows: readonly Membership[], path: string): Promise<void> {
  await readSymptoms(writing, rows)
  for (const [index, row] of rows.entries()) {
    if (!writing.symptomOfAlert.has(row.alertId)) throw unknownAlert(`${path}.rows[${index}].alertId`, row)
  }
  for (const [incidentId, members] of Map.groupBy(rows, (row) => row.incidentId)) {
    for (const chunk of chunks(members)) {
      await addMembers(
        writing,
        incidentId,
        chunk.map((member) => [member, writing.symptomOfAlert.get(member.alertId) ?? namedBy('')]),
      )
      await breathe()
    }
  }
}

/** Adds those members of one incident that are new, each counted under its symptom. */
export async function addMembers(
  writing: Writing,
  incidentId: string,
  members: readonly (readonly [Membership, SymptomName])[],
): Promise<void> {
  const { db, tenant, statements } = writing
  const known = await db
    .selectFrom('mendkit_member')
    .select(['alert_id', 'episode'])
    .where('tenant', '=', tenant)
    .where('incident_id', '=', incidentId)
    .where('alert_id', 'in', [...new Set(members.map(([member]) => member.alertId))])
    .execute()
  const seen = new Set(known.map((row) => `${row.alert_id}\0${row.episode}`))
  const fresh = members.filter(([{ alertId, episode }]) => {
    const key = `${alertId}\0${episode}`
    return !seen.has(key) && seen.add(key)
  })
  for (const [, symptom] of fresh) countSymptom(writing, incidentId, symptom, { total: 1 })
  await statements.insertMembers(
    db,
    fresh.map(([member, symptom]) => ({
      tenant,
      incident_id: incidentId,
      alert_id: member.alertId,
      episode: member.episode,
      symptom: symptom.key,
      joined_at: member.joinedAt,
      because: JSON.stringify(member.because),
    })),
  )
}

/** Counts the members of alerts, each in the incident that it names, under the symptoms that the alerts have now. */
export async function recountMembers(writing: Writing, alerts: readonly Alert[]): Promise<void> {
  const { db, tenant } = writing
  for (const [incidentId, ofIncident] of Map.groupBy(alerts, (alert) => alert.incidentId ?? '')) {
    const now = new Map(ofIncident.map((alert) => [alert.id, storedSymptomOf(alert)]))
    const found = await db
      .selectFrom('mendkit_member')
      .select(['alert_id', 'episode', 'symptom'])
      .where('tenant', '=', tenant)
      .where('incident_id', '=', incidentId)
      .where('alert_id', 'in', [...now.keys()])
      .execute()
    for (const row of found) {
      const symptom = now.get(row.alert_id)
      if (symptom === undefined || symptom.key === row.symptom) continue
      countSymptom(writing, incidentId, namedBy(row.symptom), { total: -1 })
      countSymptom(writing, incidentId, symptom, { total: 1 })
      await db
        .updateTable('mendkit_member')
        .set({ symptom: symptom.key })
        .where('tenant', '=', tenant)
        .where('incident_id', '=', incidentId)
        .where('alert_id', '=', row.alert_id)
        .where('episode', '=', row.episode)
        .execute()
    }
  }
}

/** Reads the symptoms of alerts that this change did not write itself. */
async function readSymptoms(
  { db, tenant, statements, symptomOfAlert }: Writing,
  rows: readonly Membership[],
): Promise<void> {
  const missing = new Set(rows.map((row) => row.alertId).filter((id) => !symptomOfAlert.has(id)))
  const found = await statements.findStored(db, tenant, missing)
  for (const row of found) symptomOfAlert.set(row.id, storedSymptomOf(readAlert(row)))
}

function unknownAlert(path: string, member: Membership): MendkitError {
  const message = `the change was refused: \`${path}\` names alert ${member.alertId}, which is not stored; put the alert first`
  return new MendkitError('invalid', message, { path })
}
