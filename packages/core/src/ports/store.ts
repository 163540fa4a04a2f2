import type { Change, CommitResult } from '../model/change.ts'
import type { AlertStore } from './alert-store.ts'
import type { AuditStore } from './audit-store.ts'
import type { Clock } from './clock.ts'
import type { CallContext } from './context.ts'
import type { DocumentStore } from './document-store.ts'
import type { HistoryStore } from './history-store.ts'
import type { LeaseStore } from './lease-store.ts'
import type { LogKeys } from './signer.ts'
import type { WorkQueue } from './work-queue.ts'

/**
 * The one place where Mendkit's state lives. All state changes go through `commit`; everything else reads. A store must
 * pass the contract that `@mendkit/testkit` publishes. Every method throws `unavailable` when the data cannot be
 * reached now and `corrupt` when it does not read back as it was written. One that has `listen` wakes workers of other processes.
 */
export interface Store extends AlertStore, AuditStore, DocumentStore, HistoryStore, LeaseStore {
  readonly spec: 1
  readonly id: string
  /** Whether a commit outlives the process. The engine refuses autonomy above suggest without it. */
  readonly durable: boolean
  /** Tells of work that other processes have committed, as `WorkQueue` says. Absent: every sweep finds it. */
  readonly listen?: WorkQueue['listen']
  /**
   * Creates or checks the schema. Idempotent. Stores without a clock of their own take time from `clock`, and sign one
   * checkpoint of the audit log with every group of changes that they commit, when they are given a key. Throws `config`
   * when it cannot be opened here, `unsupported` when a newer version wrote it that this one cannot read.
   */
  open(start: { readonly clock: Clock } & LogKeys, ctx: CallContext): Promise<void>
  /** Lets go of everything it holds. Idempotent; every later call throws `unavailable`. */
  close(): Promise<void>
  /** The store's time, ms since 1970: the only time that leases and due moments are compared with. */
  now(ctx: CallContext): Promise<number>

  /**
   * All or nothing: `conflict` leaves no trace. Concurrent commits of a tenant may share a transaction. Throws `invalid`
   * with the path of the bad field for a change that no store can keep, `unavailable` with `retryAfterMs` when too many
   * changes wait already, and the abort reason when `ctx.signal` aborts before the change has begun. Throws `config` for a
   * change with audit drafts when the log was signed with a key that the store was not opened with.
   */
  commit(change: Change, ctx: CallContext): Promise<CommitResult>
}
