import { type Membership, readAlert, type SymptomName } from '@mendkit/core'
import { parseMember, parseSymptom } from './parse-rows.ts'
import type { Tables } from './tables.ts'
import { breathe } from './transaction.ts'
import { replaceAlerts } from './write-alerts.ts'
import { moveKeys } from './write-keys.ts'
import { addMembers } from './write-members.ts'
import { writeSymptoms } from './write-symptoms.ts'
import { countSymptom, namedBy, type Writing } from './writing.ts'

/** Rows in one page of a move. */
const page = 500

/** Moves members, alerts, symptoms and keys of one incident to another. */
export async function moveMembers(
  writing: Writing,
  { from, into }: { readonly from: string; readonly into: string },
): Promise<void> {
  while (await moveSomeAlerts(writing, from, into)) await breathe()
  await writeSymptoms(writing)
  const names = await symptomNames(writing, from)
  while (await moveSomeMembers(writing, from, into, names)) await breathe()
  await moveKeys(writing, from, into)
}

async function moveSomeAlerts(writing: Writing, from: string, into: string): Promise<boolean> {
  const rows = await writing.db
    .selectFrom('mendkit_alert')
    .selectAll()
    .where('tenant', '=', writing.tenant)
    .where('incident_id', '=', from)
    .orderBy('seq')
    .limit(page)
    .execute()
  const moved = rows.map((row) => [row, { ...readAlert(row), incidentId: into }] as const)
  await replaceAlerts(writing, moved)
  return rows.length === page
}

async function moveSomeMembers(
  writing: Writing,
  from: string,
  into: string,
  names: ReadonlyMap<string, SymptomName>,
): Promise<boolean> {
  const rows = await writing.db
    .selectFrom('mendkit_member')
    .selectAll()
    .where('tenant', '=', writing.tenant)
    .where('incident_id', '=', from)
    .orderBy('alert_id')
    .orderBy('episode')
    .limit(page)
    .execute()
  const last = rows.at(-1)
  if (last === undefined) return false
  await deleteUpTo(writing, last)
  for (const row of rows) countSymptom(writing, from, namedBy(row.symptom), { total: -1 })
  const members = rows.map((row): [Membership, SymptomName] => [
    { ...parseMember(row), incidentId: into },
    names.get(row.symptom) ?? namedBy(row.symptom),
  ])
  await addMembers(writing, into, members)
  return rows.length === page
}

/** Deletes the members of an incident up to and including this one, in order of alert and episode. */
async function deleteUpTo({ db, tenant }: Writing, last: Tables['mendkit_member']): Promise<void> {
  await db
    .deleteFrom('mendkit_member')
    .where('tenant', '=', tenant)
    .where('incident_id', '=', last.incident_id)
    .where((is) =>
      is.or([
        is('alert_id', '<', last.alert_id),
        is.and([is('alert_id', '=', last.alert_id), is('episode', '<=', last.episode)]),
      ]),
    )
    .execute()
}

async function symptomNames({ db, tenant }: Writing, incidentId: string): Promise<ReadonlyMap<string, SymptomName>> {
  const rows = await db
    .selectFrom('mendkit_symptom')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('incident_id', '=', incidentId)
    .execute()
  return new Map(rows.map((row) => [row.symptom, { key: row.symptom, ...parseSymptom(row) }]))
}
