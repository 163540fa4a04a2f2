import { type BulkInsert, bulkInsert } from './bulk-insert.ts'
import { orIgnore, orReplace, orWiden } from './dialect.ts'
import type { Tables } from './tables.ts'

/** The inserts that may carry many rows. */
export interface Statements {
  readonly insertDocument: BulkInsert<Tables['mendkit_document']>
  readonly insertAlerts: BulkInsert<Tables['mendkit_alert']>
  readonly replaceAlerts: BulkInsert<Tables['mendkit_alert']>
  /** For alerts of which no index changes: the indexes are then left alone. */
  readonly touchAlerts: BulkInsert<Tables['mendkit_alert']>
  readonly insertMembers: BulkInsert<Tables['mendkit_member']>
  readonly replaceSymptoms: BulkInsert<Tables['mendkit_symptom']>
  readonly widenKeys: BulkInsert<Tables['mendkit_correlation_key']>
  readonly insertBlob: BulkInsert<Tables['mendkit_blob']>
  readonly appendAudit: BulkInsert<Tables['mendkit_audit']>
}

const alertColumns = [
  'tenant',
  'id',
  'source',
  'status',
  'correlated',
  'starts_at',
  'last_seen_at',
  'incident_id',
  'symptom',
  'revision',
  'body',
] as const
const alertFacts = alertColumns.slice(2) as readonly (typeof alertColumns)[number][]
const symptomColumns = ['tenant', 'incident_id', 'symptom', 'alertname', 'resource_key', 'resource'] as const
const symptomCounts = ['firing', 'suppressed', 'total'] as const

/** Statements for one store; their texts are made on first use. */
export function makeStatements(): Statements {
  return {
    insertDocument: bulkInsert(
      'mendkit_document',
      ['kind', 'tenant', 'id', 'incident_id', 'state', 'revision', 'body'],
      orIgnore,
    ),
    insertAlerts: bulkInsert('mendkit_alert', alertColumns, orIgnore),
    replaceAlerts: bulkInsert('mendkit_alert', alertColumns, (insert) =>
      orReplace(insert, ['tenant', 'id'], alertFacts),
    ),
    touchAlerts: bulkInsert('mendkit_alert', alertColumns, (insert) =>
      orReplace(insert, ['tenant', 'id'], ['last_seen_at', 'revision', 'body']),
    ),
    insertMembers: bulkInsert(
      'mendkit_member',
      ['tenant', 'incident_id', 'alert_id', 'episode', 'symptom', 'joined_at', 'because'],
      (insert) => insert,
    ),
    replaceSymptoms: bulkInsert('mendkit_symptom', [...symptomColumns, ...symptomCounts], (insert) =>
      orReplace(insert, ['tenant', 'incident_id', 'symptom'], symptomCounts),
    ),
    widenKeys: bulkInsert(
      'mendkit_correlation_key',
      ['tenant', 'cluster', 'correlation_key', 'incident_id', 'starts_from', 'starts_until'],
      orWiden,
    ),
    insertBlob: bulkInsert('mendkit_blob', ['tenant', 'digest', 'salt', 'body'], orIgnore),
    appendAudit: bulkInsert('mendkit_audit', ['tenant', 'seq', 'bytes'], (insert) => insert),
  }
}
