import type { Alert, Membership } from './alert.ts'
import type { Blob } from './audit-entry.ts'
import type { Documents, DocumentTable } from './documents.ts'
import type { AuditDraft } from './event.ts'

/** What must still be true when the change is applied. */
export type Expectation =
  /** The document has this revision; 0 means that it does not exist. */
  | { readonly kind: 'revision'; readonly table: DocumentTable; readonly id: string; readonly revision: number }
  /** The lease is ours, by epoch and by the store's time. */
  | { readonly kind: 'lease'; readonly incidentId: string; readonly epoch: number }

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
