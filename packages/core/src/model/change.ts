import type { Alert, Membership } from './alert.ts'
import type { Blob } from './audit-entry.ts'
import type { Documents, DocumentTable } from './documents.ts'
import type { AuditDraft } from './event.ts'
import type { HistoryRow } from './history.ts'

/** What must still be true when the change is applied. */
export type Expectation =
  /** The document has this revision; 0 means that it does not exist. */
  | { readonly kind: 'revision'; readonly table: DocumentTable; readonly id: string; readonly revision: number }
  /** The lease is ours, by epoch and by the store's time. */
  | { readonly kind: 'lease'; readonly incidentId: string; readonly epoch: number }

/** A row to delete, as it was when it was read. */
export interface DroppedRow {
  readonly id: string
  readonly revision: number
}

/** A row to write. */
export type Put =
  /**
   * Compare-and-swap of one document: `row.revision` is the revision that was read (0: it must not exist); it is stored
   * as the next one. The change conflicts when somebody else was first.
   */
  | {
      [Table in DocumentTable]: { readonly kind: 'document'; readonly table: Table; readonly row: Documents[Table] }
    }[DocumentTable]
  /**
   * Compare-and-swap of many alerts, by `revision` as for documents. The store keeps the symptom counters of
   * `incidentId` true: it compares the row before with the row after.
   */
  | { readonly kind: 'alerts'; readonly rows: readonly Alert[] }
  /**
   * New members; one that exists already (incident, alert, episode) is left as it is. A new one counts once in `total` of
   * its alert's symptom. The alert must be stored, by an earlier put at the latest.
   */
  | { readonly kind: 'members'; readonly rows: readonly Membership[] }
  /** The incident now holds the key for starts from `from` until `until`; an existing stretch grows to cover both. */
  | {
      readonly kind: 'correlation-key'
      readonly cluster: string
      readonly key: string
      readonly incidentId: string
      readonly from: number
      readonly until: number
    }
  /** A closed incident holds no keys. */
  | { readonly kind: 'drop-correlation-keys'; readonly incidentId: string }
  /** Moves members, alerts, symptoms and keys of one incident to another, in which each counts once. */
  | { readonly kind: 'move-members'; readonly from: string; readonly into: string }
  /** Something that a step must see has come: `inputs` rises and the incident is due now. Needs no lease. */
  | { readonly kind: 'raise'; readonly incidentId: string }
  /**
   * Ends a step: due again at `dueAt` (ms since 1970; absent: only when raised), or now if `inputs` is no longer what
   * the step's claim saw. Frees the lease when `release` is true.
   */
  | {
      readonly kind: 'schedule'
      readonly incidentId: string
      readonly dueAt?: number
      readonly inputs: number
      readonly release: boolean
    }
  /** Adds a whole number to a counter; with `max`, the change conflicts when the sum would exceed it. */
  | { readonly kind: 'counter'; readonly name: string; readonly add: number; readonly max?: number }
  | { readonly kind: 'blob'; readonly blob: Blob }
  /** Rows of history, each in the place of the one that has its id, if there is one. */
  | { readonly kind: 'history'; readonly rows: readonly HistoryRow[] }
  /** Deletes rows of history; an id that is not there is passed over. */
  | { readonly kind: 'drop-history'; readonly ids: readonly string[] }
  /**
   * Deletes alerts as they were read: compare-and-swap by `revision`, so that one that fires again meanwhile stays. Their
   * members in the incident that each names go with them. They no longer count as firing or suppressed; `total` stays.
   */
  | { readonly kind: 'drop-alerts'; readonly rows: readonly DroppedRow[] }
  /** Deletes documents as they were read, by `revision`. */
  | { readonly kind: 'drop-documents'; readonly table: DocumentTable; readonly rows: readonly DroppedRow[] }
  /**
   * Deletes the members, the symptoms and the keys of an incident. Conflicts while a stored alert names it. The epoch of
   * its lease stays, so that a worker that was left behind never counts as its holder.
   */
  | { readonly kind: 'drop-members'; readonly incidentId: string }
  /**
   * These texts and their salts are gone for good; unknown ones are passed over. At most 1,000, each of which a
   * `blobs-erased` entry of the same change must name: a text that is missing without one counts as a damaged log.
   */
  | { readonly kind: 'erase-blobs'; readonly digests: readonly string[] }

/**
 * One closed, non-interactive change of one tenant: it happens wholly or not at all. At most 100,000 rows; times and
 * revisions are whole numbers; no alert stands twice in one put.
 */
export interface Change {
  readonly tenant: string
  readonly expect: readonly Expectation[]
  /** Applied in order. */
  readonly put: readonly Put[]
  /** Appended in order, in the same transaction. */
  readonly audit: readonly AuditDraft[]
}

/** `conflict` names the first expectation that failed, for logs and tests. */
export type CommitResult =
  | { readonly kind: 'committed' /** `seq` of each draft, in order. */; readonly seqs: readonly number[] }
  | { readonly kind: 'conflict'; readonly because: string }
