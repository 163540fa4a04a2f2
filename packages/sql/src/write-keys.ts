import type { Put } from '@mendkit/core'
import { chunks } from './bulk-insert.ts'
import type { Tables } from './tables.ts'
import type { Writing } from './writing.ts'

/** A put of a correlation key. */
export type KeyPut = Extract<Put, { kind: 'correlation-key' }>
type KeyRow = Tables['mendkit_correlation_key']

/** The incidents hold the keys for these stretches as well. */
export async function putKeys(writing: Writing, puts: readonly KeyPut[]): Promise<void> {
  await widen(
    writing,
    puts.map((put) => ({
      tenant: writing.tenant,
      cluster: put.cluster,
      correlation_key: put.key,
      incident_id: put.incidentId,
      starts_from: put.from,
      starts_until: put.until,
    })),
  )
}

/** The incident holds no keys any more. */
export async function dropKeys(writing: Writing, incidentId: string): Promise<void> {
  for (;;) {
    const page = await pageOfKeys(writing, incidentId)
    if (page.length === 0) return
    await deleteKeys(writing, incidentId, page)
  }
}

/** Gives all keys of one incident to another. */
export async function moveKeys(writing: Writing, from: string, into: string): Promise<void> {
  for (;;) {
    const page = await pageOfKeys(writing, from)
    if (page.length === 0) return
    await deleteKeys(writing, from, page)
    await widen(
      writing,
      page.map((row) => ({ ...row, incident_id: into })),
    )
  }
}

function pageOfKeys({ db, tenant }: Writing, incidentId: string): Promise<KeyRow[]> {
  return db
    .selectFrom('mendkit_correlation_key')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('incident_id', '=', incidentId)
    .limit(500)
    .execute()
}

async function deleteKeys({ db, tenant }: Writing, incidentId: string, rows: readonly KeyRow[]): Promise<void> {
  for (const [cluster, ofCluster] of Map.groupBy(rows, (row) => row.cluster)) {
    const keys = ofCluster.map((row) => row.correlation_key)
    await db
      .deleteFrom('mendkit_correlation_key')
      .where('tenant', '=', tenant)
      .where('cluster', '=', cluster)
      .where('correlation_key', 'in', keys)
      .where('incident_id', '=', incidentId)
      .execute()
  }
}

/** Two stretches of one key become one first, because not every database takes both in one statement. */
async function widen({ db, statements }: Writing, rows: readonly KeyRow[]): Promise<void> {
  const merged = new Map<string, KeyRow>()
  for (const row of rows) {
    const key = `${row.cluster}\0${row.correlation_key}\0${row.incident_id}`
    const before = merged.get(key) ?? row
    const starts_from = Math.min(before.starts_from, row.starts_from)
    merged.set(key, { ...row, starts_from, starts_until: Math.max(before.starts_until, row.starts_until) })
  }
  for (const chunk of chunks([...merged.values()])) await statements.widenKeys(db, chunk)
}
