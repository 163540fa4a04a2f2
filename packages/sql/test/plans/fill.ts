import type { Kysely } from 'kysely'
import { hashOf, hashOfText } from '../../src/find-alerts.ts'
import type { Tables } from '../../src/tables.ts'
import { anAlert, anIncident } from '../rows.ts'

/** Rows of the tables that the engine walks along. */
export const filled = 20_000
/** Rows of the others, which it looks into. */
const looked = 4_000
const tenants = ['acme', 'globex', 'initech', 'umbrella'] as const
const statement = 500

const idOf = (stem: string, index: number) => `${stem}_${String(index).padStart(8, '0')}`
const at = Date.UTC(2026, 0, 1)

/** Fills every table that grows, as a deployment of some years would: few alerts are pending, few documents open. */
export async function fill(db: Kysely<Tables>): Promise<void> {
  const rows = Array.from({ length: filled }, (_, index) => index)
  const some = rows.slice(0, looked)
  const tenant = (index: number) => tenants[index % 4] ?? 'acme'
  const whose = (index: number) => ({ tenant: tenant(index), incident_id: idOf('inc', index % 500) })
  await insert(db, 'mendkit_alert', rows, (index) => {
    const of = tenant(index)
    const id = idOf('alert', index)
    const isOpen = index % 50 === 0
    return {
      tenant: of,
      id,
      id_hash: hashOf(of, id),
      source: `am-${index % 3}`,
      status: isOpen ? 'firing' : 'resolved',
      correlated: index % 200 === 0 ? 'pending' : 'done',
      starts_at: at + index * 60_000,
      last_seen_at: at + index * 60_000,
      incident_id: whose(index).incident_id,
      symptom: `symptom ${index % 300}`,
      revision: 1,
      body: JSON.stringify({ ...anAlert(id), tenant: of, revision: 1, correlated: isOpen ? 'pending' : 'done' }),
    } as Tables['mendkit_alert']
  })
  await insert(db, 'mendkit_document', rows, (index) => ({
    kind: index % 4 === 0 ? 'incident' : 'notice',
    tenant: 'acme',
    id: idOf('inc', index),
    incident_id: idOf('inc', index % 4 === 0 ? index : index % 500),
    state: index % 100 === 0 ? 'open' : 'closed',
    revision: 1,
    body: JSON.stringify({ ...anIncident(idOf('inc', index)), revision: 1 }),
  }))
  await insert(db, 'mendkit_member', some, (index) => ({
    ...whose(index),
    alert_id: idOf('alert', index),
    episode: 1,
    symptom: `symptom ${index % 300}`,
    joined_at: new Date(at).toISOString(),
    because: '["same resource"]',
  }))
  await insert(db, 'mendkit_symptom', some, (index) => ({
    ...whose(index),
    symptom: `symptom ${index}`,
    alertname: 'PodCrashLooping',
    resource_key: `prod|shop|${index % 2_000}`,
    resource: null,
    firing: index % 50 === 0 ? 1 : 0,
    suppressed: 0,
    total: 1,
  }))
  await insert(db, 'mendkit_correlation_key', some, (index) => ({
    ...whose(index),
    cluster: 'prod',
    correlation_key: `key ${index}`,
    starts_from: at,
    starts_until: at,
  }))
  await insert(db, 'mendkit_due', rows, (index) => ({
    tenant: tenant(index),
    incident_id: idOf('inc', index),
    due_at: index % 100 === 0 ? at + index : index % 3 === 0 ? at + 10 ** 12 : null,
    inputs: 1,
    epoch: 1,
    owner: null,
    lease_until: 0,
  }))
  await insert(db, 'mendkit_audit', rows, (index) => ({ tenant: 'acme', seq: index, bytes: Buffer.from('{}') }))
  await insert(db, 'mendkit_audit_checkpoint', some, (index) => ({ tenant: 'acme', size: index + 1, note: 'a note' }))
  await insert(db, 'mendkit_blob', some, (index) => ({
    tenant: tenant(index),
    digest: idOf('digest', index),
    salt: 'a'.repeat(32),
    body: Buffer.from('text'),
  }))
  await insert(db, 'mendkit_history', some, (index) => ({
    tenant: tenant(index),
    id: idOf('h', index),
    kind: 'episode',
    incident_hash: hashOfText(tenant(index), whose(index).incident_id),
    alert_hash: hashOfText(tenant(index), idOf('alert', index)),
    resource_hash: hashOfText(tenant(index), `prod|shop|${index % 2_000}`),
    name_hash: hashOfText(tenant(index), `Name${index % 40}`),
    body: '{}',
  }))
}

async function insert<Table extends keyof Tables>(
  db: Kysely<Tables>,
  table: Table,
  rows: readonly number[],
  row: (index: number) => Tables[Table],
): Promise<void> {
  for (let from = 0; from < rows.length; from += statement) {
    const values = rows.slice(from, from + statement).map(row)
    await db
      .insertInto(table)
      .values(values as never)
      .execute()
  }
}
