import { type Documents, type DocumentTable, documentIndex } from '@mendkit/core'
import type { Writing } from './writing.ts'

/** Compares and swaps one document; answers the conflict, if any. */
export async function putDocument(
  writing: Writing,
  table: DocumentTable,
  row: Documents[DocumentTable],
): Promise<string | undefined> {
  const { db, tenant, statements } = writing
  const after = { ...row, revision: row.revision + 1 }
  const { incidentId, state } = documentIndex(table, after)
  const facts = {
    incident_id: incidentId ?? null,
    state: state ?? null,
    revision: after.revision,
    body: JSON.stringify(after),
  }
  if (row.revision === 0) {
    const written = await statements.insertDocument(db, [{ kind: table, tenant, id: row.id, ...facts }])
    if (written === 1) return undefined
  } else {
    const key = [table, tenant, row.id, row.revision]
    const updated = await statements.updateDocument(db, [
      facts.incident_id,
      facts.state,
      facts.revision,
      facts.body,
      ...key,
    ])
    if (Number(updated.numAffectedRows) === 1) return undefined
  }
  return (await revisionConflict(writing, table, row.id, row.revision)) ?? `${table} ${row.id} moved meanwhile`
}

/** The conflict when a document has another revision than expected, if it has. */
export async function revisionConflict(
  { db, tenant, statements }: Writing,
  table: DocumentTable,
  id: string,
  expected: number,
): Promise<string | undefined> {
  const [found] = (await statements.findRevision(db, [table, tenant, id])).rows
  const revision = found?.revision ?? 0
  return revision === expected ? undefined : `${table} ${id} has revision ${revision}, expected ${expected}`
}
