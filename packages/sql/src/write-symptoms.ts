import { chunks } from './bulk-insert.ts'
import { indexable } from './indexable.ts'
import type { Tables } from './tables.ts'
import type { SymptomDelta, Writing } from './writing.ts'

type SymptomRow = Tables['mendkit_symptom']

/** Adds what a change has noted to the counters of its symptoms. A symptom that counts nothing any more is deleted. */
export async function writeSymptoms(writing: Writing): Promise<void> {
  const moved = [...writing.deltas.values()].filter((delta) => delta.firing || delta.suppressed || delta.total)
  writing.deltas.clear()
  for (const [incidentId, deltas] of Map.groupBy(moved, (delta) => delta.incidentId)) {
    for (const chunk of chunks(deltas)) await writeChunk(writing, incidentId, chunk)
  }
}

async function writeChunk(writing: Writing, incidentId: string, deltas: readonly SymptomDelta[]): Promise<void> {
  const { db, tenant, statements } = writing
  const found = await db
    .selectFrom('mendkit_symptom')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('incident_id', '=', incidentId)
    .where(
      'symptom',
      'in',
      deltas.map((delta) => delta.name.key),
    )
    .execute()
  const before = new Map(found.map((row) => [row.symptom, row]))
  const after = deltas.map((delta) => add(before.get(delta.name.key) ?? newRow(tenant, delta), delta))
  const gone = after.filter(isEmpty)
  await statements.replaceSymptoms(
    db,
    after.filter((row) => !isEmpty(row)),
  )
  if (gone.length === 0) return
  await db
    .deleteFrom('mendkit_symptom')
    .where('tenant', '=', tenant)
    .where('incident_id', '=', incidentId)
    .where(
      'symptom',
      'in',
      gone.map((row) => row.symptom),
    )
    .execute()
}

function newRow(tenant: string, { incidentId, name }: SymptomDelta): SymptomRow {
  return {
    tenant,
    incident_id: incidentId,
    symptom: name.key,
    alertname: name.alertname,
    resource_key: indexable(name.resourceKey),
    resource: name.resource === undefined ? null : JSON.stringify(name.resource),
    firing: 0,
    suppressed: 0,
    total: 0,
  }
}

function add(row: SymptomRow, { firing, suppressed, total }: SymptomDelta): SymptomRow {
  return {
    ...row,
    firing: row.firing + firing,
    suppressed: row.suppressed + suppressed,
    total: row.total + total,
  }
}

function isEmpty(row: SymptomRow): boolean {
  return row.firing === 0 && row.suppressed === 0 && row.total === 0
}
