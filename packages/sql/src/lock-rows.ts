import type { Change } from '@mendkit/core'
import { chunks } from './bulk-insert.ts'
import type { Dialect } from './dialect/dialect.ts'
import { lockPrefix, type Place } from './place.ts'
import type { Database } from './tables.ts'

/**
 * Locks what a group of changes looks at before it writes: first the tenant, against every other commit of it, then the rows
 * of due incidents in order of their keys, against those who renew leases. Claims never wait for a row. Nobody who holds a
 * later lock waits for an earlier one, so there is no circle; each statement then sees all that was committed before.
 */
export async function lockRows(
  db: Database,
  { dialect, place }: { readonly dialect: Dialect; readonly place: Place },
  tenant: string,
  changes: readonly Change[],
): Promise<void> {
  await dialect.lockTenant(db, lockPrefix(place), tenant)
  if (!dialect.hasRowLocks) return
  const named = new Set<string>()
  for (const { expect, put } of changes) {
    for (const expectation of expect) if (expectation.kind === 'lease') named.add(expectation.incidentId)
    for (const each of put) if (each.kind === 'raise' || each.kind === 'schedule') named.add(each.incidentId)
  }
  for (const ids of chunks([...named].sort())) {
    const rows = db
      .selectFrom('mendkit_due')
      .select('incident_id')
      .where('tenant', '=', tenant)
      .where('incident_id', 'in', ids)
      .orderBy('incident_id')
      .forUpdate()
    await rows.execute()
  }
}
