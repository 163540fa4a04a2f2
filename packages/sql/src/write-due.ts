import type { Put } from '@mendkit/core'
import type { Database, Tables } from './tables.ts'
import type { Writing } from './writing.ts'

/** The conflict when a lease is not held under this epoch, if it is not. */
export async function leaseConflict(
  { db, tenant, now, statements }: Writing,
  incidentId: string,
  epoch: number,
): Promise<string | undefined> {
  const [row] = (await statements.findLease(db, [tenant, incidentId])).rows
  if (row?.epoch !== epoch) return `the lease on ${incidentId} has epoch ${row?.epoch ?? 0}, expected ${epoch}`
  const at = await now()
  return row.lease_until > at ? undefined : `the lease on ${incidentId} ended at ${row.lease_until}; it is ${at}`
}

/** Makes an incident due now, with one more input. */
export async function raise({ db, tenant, now }: Writing, incidentId: string): Promise<void> {
  const at = await now()
  const { numUpdatedRows } = await db
    .updateTable('mendkit_due')
    .set((is) => ({
      inputs: is('inputs', '+', 1),
      // An incident that is overdue keeps its place in the line.
      due_at: is.case().when('due_at', '<', at).then(is.ref('due_at')).else(at).end(),
    }))
    .where('tenant', '=', tenant)
    .where('incident_id', '=', incidentId)
    .executeTakeFirst()
  if (Number(numUpdatedRows) === 0) await insertDue(db, { tenant, incident_id: incidentId, inputs: 1, due_at: at })
}

/** Ends a step: due at its next deadline, or now when an input came since it began. */
export async function schedule(
  { db, tenant, now, dialect }: Writing,
  { incidentId, inputs, dueAt, release }: Extract<Put, { kind: 'schedule' }>,
): Promise<void> {
  const at = await now()
  const { numUpdatedRows } = await db
    .updateTable('mendkit_due')
    .set((is) => ({
      due_at: is
        .case()
        .when('inputs', '=', inputs)
        .then(dialect.asWhole(dueAt ?? null))
        .else(dialect.asWhole(at))
        .end(),
      ...(release && { lease_until: 0, owner: null }),
    }))
    .where('tenant', '=', tenant)
    .where('incident_id', '=', incidentId)
    .executeTakeFirst()
  if (Number(numUpdatedRows) > 0) return
  await insertDue(db, { tenant, incident_id: incidentId, inputs: 0, due_at: inputs === 0 ? (dueAt ?? null) : at })
}

async function insertDue(
  db: Database,
  row: Pick<Tables['mendkit_due'], 'tenant' | 'incident_id' | 'inputs' | 'due_at'>,
): Promise<void> {
  await db
    .insertInto('mendkit_due')
    .values({ ...row, epoch: 0, owner: null, lease_until: 0 })
    .execute()
}
