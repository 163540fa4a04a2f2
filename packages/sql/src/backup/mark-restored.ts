import { restoredSetting } from '@mendkit/core'
import type { Database } from '../tables.ts'

/** Leaves the word for the engine that opens approvals are void. */
export async function markRestored(
  db: Database,
  value: { readonly at: number; readonly takenAt: string },
): Promise<void> {
  const { tenant, id } = restoredSetting
  const body = JSON.stringify({ tenant, id, value, revision: 1 })
  await db
    .insertInto('mendkit_document')
    .values({ kind: 'setting', tenant, id, incident_id: null, state: null, revision: 1, body })
    .execute()
}
