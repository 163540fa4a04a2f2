import { restoredSetting } from '@mendkit/core'
import type { Tables } from '../tables.ts'

/** How a value stands in a backup: text and numbers as they are, bytes in base64. With `?` it may be null. */
export type ValueKind = 'text' | 'text?' | 'whole' | 'whole?' | 'bytes'

type KindOf<Value> = Value extends Uint8Array
  ? 'bytes'
  : Value extends string
    ? 'text'
    : Value extends number
      ? 'whole'
      : never

type KindOfColumn<Value> = null extends Value ? `${KindOf<NonNullable<Value>> & string}?` : KindOf<Value>

/** What a backup holds of a table. */
type Kept<Table extends keyof Tables> = {
  /** Every column, in the order in which a row lists them. */
  readonly columns: { readonly [Column in keyof Tables[Table]]: KindOfColumn<Tables[Table][Column]> }
  /** What rows are ordered by; no two have the same. */
  readonly key: readonly (keyof Tables[Table] & string)[]
  /** Values that are this instead, because they are about the hosts that were running. */
  readonly instead?: Partial<Tables[Table]>
  /** A row that is left out, because it is about this database and not about what is in it. */
  readonly except?: Partial<Tables[Table]>
}

/** The same, whatever table it is of. */
interface AnyKept {
  readonly columns: Readonly<Record<string, ValueKind>>
  readonly key: readonly string[]
  readonly instead?: object
  readonly except?: object
}

/** Tables of ours that a backup does not hold, and why. */
export const leftOutTables = {
  mendkit_log_epoch: 'its one row stands in the manifest',
  mendkit_receipt: 'it is about commits of the hosts that were running',
  mendkit_schema: 'the version stands in the manifest',
  mendkit_migration: 'it tells how these tables came about, and others come about in their own way',
  mendkit_latch: 'it is what MySQL locks, and holds nothing',
} as const

/** The name of a table that a backup holds. */
type KeptTable = Exclude<keyof Tables, keyof typeof leftOutTables>

/** What a backup holds of every table that is not left out: none can be added without an answer. */
const contents: { readonly [Table in KeptTable]: Kept<Table> } = {
  mendkit_document: {
    columns: {
      kind: 'text',
      tenant: 'text',
      id: 'text',
      incident_id: 'text?',
      state: 'text?',
      revision: 'whole',
      body: 'text',
    },
    key: ['kind', 'tenant', 'id'],
    except: { kind: 'setting', tenant: restoredSetting.tenant, id: restoredSetting.id },
  },
  mendkit_alert: {
    columns: {
      seq: 'whole',
      tenant: 'text',
      id: 'text',
      id_hash: 'whole',
      source: 'text',
      status: 'text',
      correlated: 'text',
      starts_at: 'whole',
      last_seen_at: 'whole',
      incident_id: 'text?',
      symptom: 'text',
      revision: 'whole',
      body: 'text',
    },
    key: ['seq'],
  },
  mendkit_member: {
    columns: {
      tenant: 'text',
      incident_id: 'text',
      alert_id: 'text',
      episode: 'whole',
      symptom: 'text',
      joined_at: 'text',
      because: 'text',
    },
    key: ['tenant', 'incident_id', 'alert_id', 'episode'],
  },
  mendkit_symptom: {
    columns: {
      tenant: 'text',
      incident_id: 'text',
      symptom: 'text',
      alertname: 'text',
      resource_key: 'text',
      resource: 'text?',
      firing: 'whole',
      suppressed: 'whole',
      total: 'whole',
    },
    key: ['tenant', 'incident_id', 'symptom'],
  },
  mendkit_correlation_key: {
    columns: {
      tenant: 'text',
      cluster: 'text',
      correlation_key: 'text',
      incident_id: 'text',
      starts_from: 'whole',
      starts_until: 'whole',
    },
    key: ['tenant', 'cluster', 'correlation_key', 'incident_id'],
  },
  mendkit_due: {
    columns: {
      tenant: 'text',
      incident_id: 'text',
      due_at: 'whole?',
      inputs: 'whole',
      epoch: 'whole',
      owner: 'text?',
      lease_until: 'whole',
    },
    key: ['tenant', 'incident_id'],
    instead: { owner: null, lease_until: 0 },
  },
  mendkit_counter: { columns: { tenant: 'text', name: 'text', value: 'whole' }, key: ['tenant', 'name'] },
  mendkit_blob: {
    columns: { tenant: 'text', digest: 'text', salt: 'text', body: 'bytes' },
    key: ['tenant', 'digest'],
  },
  mendkit_history: {
    columns: {
      tenant: 'text',
      id: 'text',
      kind: 'text',
      incident_hash: 'whole?',
      alert_hash: 'whole?',
      resource_hash: 'whole?',
      name_hash: 'whole',
      body: 'text',
    },
    key: ['tenant', 'id'],
  },
  mendkit_audit: { columns: { tenant: 'text', seq: 'whole', bytes: 'bytes' }, key: ['tenant', 'seq'] },
  mendkit_audit_head: {
    columns: { tenant: 'text', size: 'whole', last: 'text', frontier: 'bytes', log_key: 'text?' },
    key: ['tenant'],
  },
  mendkit_audit_tile: {
    columns: { tenant: 'text', level: 'whole', start: 'whole', hashes: 'bytes' },
    key: ['tenant', 'level', 'start'],
  },
  mendkit_audit_checkpoint: {
    columns: { tenant: 'text', size: 'whole', note: 'text' },
    key: ['tenant', 'size'],
  },
}

/** A table of a backup, whatever it is called. */
export interface TableContents {
  readonly table: KeptTable
  readonly columns: readonly (readonly [name: string, kind: ValueKind])[]
  readonly key: readonly string[]
  readonly instead: Readonly<Record<string, unknown>>
  readonly except: Readonly<Record<string, unknown>> | undefined
}

/** The tables of a backup, in the order in which it holds them. */
export const keptTables: readonly TableContents[] = Object.entries(contents).map(
  ([table, kept]: [string, AnyKept]) => ({
    table: table as KeptTable,
    columns: Object.entries<ValueKind>(kept.columns),
    key: kept.key,
    instead: { ...kept.instead },
    except: kept.except && { ...kept.except },
  }),
)
