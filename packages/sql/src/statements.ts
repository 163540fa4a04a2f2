import type { UpdateResult } from 'kysely'
import { type AppendLog, appendAtOnce, appendInParts } from './append-log.ts'
import { auditHeadOf } from './audit-head.ts'
import { type BulkInsert, bulkInsert, insertNew } from './bulk-insert.ts'
import type { Dialect } from './dialect/dialect.ts'
import { type FindAlerts, findAlerts, stored } from './find-alerts.ts'
import { insertSharing } from './insert-sharing.ts'
import { type MadeOnce, madeOnce } from './made-once.ts'
import type { AlertRow, Tables } from './tables.ts'

/** The columns of an alert that say which indexes and counters hold it, and its identity. */
const before = [
  'seq',
  'id',
  'source',
  'status',
  'correlated',
  'starts_at',
  'incident_id',
  'symptom',
  'revision',
] as const

/** What is stored of an alert before it is replaced, without its body. */
export type AlertBefore = Pick<AlertRow, (typeof before)[number]>

/** The statements that may carry many rows, and those that nearly every change needs. */
export interface Statements {
  /** Parameters: kind, tenant, id. */
  readonly findRevision: MadeOnce<Pick<Tables['mendkit_document'], 'revision'>>
  /** Parameters: incident, state, revision, body; kind, tenant, id, revision before. */
  readonly updateDocument: MadeOnce<UpdateResult>
  /** Parameters: tenant, incident. */
  readonly findLease: MadeOnce<Pick<Tables['mendkit_due'], 'epoch' | 'lease_until'>>
  /** Parameters: tenant, 1. */
  readonly findAuditHead: MadeOnce<unknown>
  readonly appendLog: AppendLog
  readonly insertDocument: BulkInsert<Tables['mendkit_document']>
  readonly findBefore: FindAlerts<(typeof before)[number]>
  readonly findStored: FindAlerts<(typeof stored)[number]>
  readonly insertAlerts: BulkInsert<Omit<AlertRow, 'seq'>>
  readonly replaceAlerts: BulkInsert<AlertRow>
  /** For alerts of which no index changes: the indexes are then left alone. */
  readonly touchAlerts: BulkInsert<AlertRow>
  readonly insertMembers: BulkInsert<Tables['mendkit_member']>
  readonly replaceSymptoms: BulkInsert<Tables['mendkit_symptom']>
  readonly widenKeys: BulkInsert<Tables['mendkit_correlation_key']>
  readonly insertBlob: BulkInsert<Tables['mendkit_blob']>
  readonly insertHistory: BulkInsert<Tables['mendkit_history']>
}

const alertIdentity = ['tenant', 'id', 'id_hash'] as const
const alertFacts = [
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
/** What the alerts of a storm have in common, nearly always, when they are stored first; and what they have not. */
const alertShared = ['tenant', 'source', 'status', 'correlated', 'incident_id', 'revision'] as const
const alertOwn = ['id', 'id_hash', 'starts_at', 'last_seen_at', 'symptom', 'body'] as const
const alertColumns = ['seq', ...alertIdentity, ...alertFacts] as const
const symptomColumns = ['tenant', 'incident_id', 'symptom', 'alertname', 'resource_key', 'resource'] as const
const symptomCounts = ['firing', 'suppressed', 'total'] as const
const historyFacts = ['kind', 'incident_hash', 'alert_hash', 'resource_hash', 'name_hash', 'body'] as const

/** Statements for one store; their texts are made on first use. */
export function makeStatements(dialect: Dialect): Statements {
  return {
    findRevision: madeOnce((db) =>
      db
        .selectFrom('mendkit_document')
        .select('revision')
        .where('kind', '=', '')
        .where('tenant', '=', '')
        .where('id', '=', ''),
    ),
    updateDocument: madeOnce((db) =>
      db
        .updateTable('mendkit_document')
        .set({ incident_id: '', state: '', revision: 0, body: '' })
        .where('kind', '=', '')
        .where('tenant', '=', '')
        .where('id', '=', '')
        .where('revision', '=', 0),
    ),
    findLease: madeOnce((db) =>
      db
        .selectFrom('mendkit_due')
        .select(['epoch', 'lease_until'])
        .where('tenant', '=', '')
        .where('incident_id', '=', ''),
    ),
    findAuditHead: madeOnce((db) => auditHeadOf(db, '')),
    appendLog: dialect.writesAtOnce ? appendAtOnce() : appendInParts(),
    insertDocument: insertNew(
      bulkInsert(
        'mendkit_document',
        ['kind', 'tenant', 'id', 'incident_id', 'state', 'revision', 'body'],
        dialect.orIgnore,
      ),
      dialect.isDuplicate,
    ),
    findBefore: findAlerts(before),
    findStored: findAlerts(stored),
    insertAlerts: dialect.selectsValues
      ? insertSharing('mendkit_alert', alertShared, alertOwn)
      : bulkInsert('mendkit_alert', [...alertShared, ...alertOwn], (insert) => insert),
    replaceAlerts: bulkInsert('mendkit_alert', alertColumns, (insert) =>
      dialect.orReplace(insert, ['seq'], alertFacts),
    ),
    touchAlerts: bulkInsert('mendkit_alert', alertColumns, (insert) =>
      dialect.orReplace(insert, ['seq'], ['last_seen_at', 'revision', 'body']),
    ),
    insertMembers: bulkInsert(
      'mendkit_member',
      ['tenant', 'incident_id', 'alert_id', 'episode', 'symptom', 'joined_at', 'because'],
      (insert) => insert,
    ),
    replaceSymptoms: bulkInsert('mendkit_symptom', [...symptomColumns, ...symptomCounts], (insert) =>
      dialect.orReplace(insert, ['tenant', 'incident_id', 'symptom'], symptomCounts),
    ),
    widenKeys: bulkInsert(
      'mendkit_correlation_key',
      ['tenant', 'cluster', 'correlation_key', 'incident_id', 'starts_from', 'starts_until'],
      dialect.orWiden,
    ),
    insertBlob: insertNew(
      bulkInsert('mendkit_blob', ['tenant', 'digest', 'salt', 'body'], dialect.orIgnore),
      dialect.isDuplicate,
    ),
    insertHistory: bulkInsert('mendkit_history', ['tenant', 'id', ...historyFacts], (insert) =>
      dialect.orReplace(insert, ['tenant', 'id'], historyFacts),
    ),
  }
}
