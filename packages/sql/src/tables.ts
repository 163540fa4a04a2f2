import type { Kysely } from 'kysely'

interface DocumentRow {
  kind: string
  tenant: string
  id: string
  incident_id: string | null
  state: string | null
  revision: number
  /** The document as JSON, with the revision that it has here. */
  body: string
}

/** An alert. No two rows have the same tenant and id; `putAlerts` sees to it. */
export interface AlertRow {
  /** Where it stands among all alerts, in the order in which they were first stored. */
  seq: number
  tenant: string
  id: string
  /** `hashOf` tenant and id: what the index holds in their place. */
  id_hash: number
  source: string
  status: string
  correlated: string
  starts_at: number
  last_seen_at: number
  incident_id: string | null
  /** `symptomKey` of the alert. */
  symptom: string
  revision: number
  /** The alert as JSON, with the revision that it has here. */
  body: string
}

interface MemberRow {
  tenant: string
  incident_id: string
  alert_id: string
  episode: number
  /** The symptom that it is counted under. */
  symptom: string
  joined_at: string
  because: string
}

interface SymptomRow {
  tenant: string
  incident_id: string
  symptom: string
  alertname: string
  resource_key: string
  resource: string | null
  firing: number
  suppressed: number
  total: number
}

interface CorrelationKeyRow {
  tenant: string
  cluster: string
  correlation_key: string
  incident_id: string
  starts_from: number
  starts_until: number
}

interface DueRow {
  tenant: string
  incident_id: string
  due_at: number | null
  inputs: number
  epoch: number
  owner: string | null
  /** 0: nobody holds it. */
  lease_until: number
}

/** What is remembered of an alert that is over. The hashes are of tenant and text, and null where it has none. */
export interface HistoryTableRow {
  tenant: string
  id: string
  kind: string
  incident_hash: number | null
  alert_hash: number | null
  resource_hash: number | null
  name_hash: number
  body: string
}

/** Every table. Times are milliseconds since 1970 unless they are text. */
export interface Tables {
  mendkit_document: DocumentRow
  mendkit_alert: AlertRow
  mendkit_member: MemberRow
  mendkit_symptom: SymptomRow
  mendkit_correlation_key: CorrelationKeyRow
  mendkit_due: DueRow
  mendkit_counter: { tenant: string; name: string; value: number }
  /** Text as UTF-8, because not every database keeps every character in a text column. */
  mendkit_blob: { tenant: string; digest: string; salt: string; body: Uint8Array }
  mendkit_history: HistoryTableRow
  mendkit_audit: { tenant: string; seq: number; bytes: Uint8Array }
  /** `frontier`: 32 bytes for each complete subtree. `log_key`: the verifier key that signs the next checkpoint. */
  mendkit_audit_head: { tenant: string; size: number; last: string; frontier: Uint8Array; log_key: string | null }
  /** Hashes of subtrees side by side, within one tile of 256. */
  mendkit_audit_tile: { tenant: string; level: number; start: number; hashes: Uint8Array }
  mendkit_audit_checkpoint: { tenant: string; size: number; note: string }
  /** One row, 1. `diverged`: what the database was found to be older than, as JSON; nothing is written while it stands there. */
  mendkit_log_epoch: { id: number; epoch: number; diverged: string | null }
  /** What tells whether a commit was kept whose answer was lost: the last one of each open store. */
  mendkit_receipt: { writer: string; token: string; at: number }
  mendkit_schema: { id: number; version: number; minimum_reader: number }
  mendkit_migration: { version: number; name: string; applied_at: number }
}

type ColumnsOf<Value> = {
  [Table in keyof Tables]: {
    [Column in keyof Tables[Table]]: Tables[Table][Column] extends Value ? Column : never
  }[keyof Tables[Table]]
}[keyof Tables]

/** Columns of whole numbers, which some drivers give as text. An `id` is a number in a table that nobody reads it from. */
export const wholeColumns: Readonly<Record<Exclude<ColumnsOf<number | null>, 'id'>, true>> = {
  seq: true,
  id_hash: true,
  incident_hash: true,
  alert_hash: true,
  resource_hash: true,
  name_hash: true,
  starts_at: true,
  last_seen_at: true,
  revision: true,
  episode: true,
  firing: true,
  suppressed: true,
  total: true,
  starts_from: true,
  starts_until: true,
  due_at: true,
  inputs: true,
  epoch: true,
  lease_until: true,
  value: true,
  size: true,
  level: true,
  start: true,
  at: true,
  version: true,
  minimum_reader: true,
  applied_at: true,
}

/** Columns of bytes. `body` is text in other tables, which no driver gives as bytes. */
export const byteColumns: Readonly<Record<ColumnsOf<Uint8Array>, true>> = {
  body: true,
  bytes: true,
  frontier: true,
  hashes: true,
}

/** A database that holds our tables, or one connection of it. */
export type Database = Kysely<Tables>
