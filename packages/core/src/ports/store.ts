import type { Alert, Membership, Symptom } from '../model/alert.ts'
import type { Change, CommitResult } from '../model/change.ts'
import type { Documents, DocumentTable } from '../model/documents.ts'
import type { AuditStore } from './audit-store.ts'
import type { Clock } from './clock.ts'
import type { CallContext } from './context.ts'

/** A lease on a due incident. */
export interface Claim {
  readonly tenant: string
  readonly incidentId: string
  /** Rises with every claim. A commit that expects an older epoch conflicts. */
  readonly epoch: number
  /** The `inputs` counter when claimed; hand it back in `schedule`. */
  readonly inputs: number
}

/** Which documents to list, in ascending order of id. */
export interface DocumentQuery {
  /** Absent: all tenants; only the engine's own sweeps do that. */
  readonly tenant?: string
  readonly incidentId?: string
  readonly states?: readonly string[]
  /** Only ids greater than this one. */
  readonly after?: string
  /** At most 1,000. */
  readonly limit: number
}

/** An open incident that holds a correlation key, with the stretch of alert starts that it holds it for. */
export interface CorrelationKey {
  readonly tenant: string
  readonly cluster: string
  readonly key: string
  readonly incidentId: string
  /** Earliest and latest `startsAt` of its alerts with this key, ms since 1970. */
  readonly from: number
  readonly until: number
}

/**
 * The one place where Mendkit's state lives. All state changes go through `commit`; everything else reads. A store must
 * pass the contract that `@mendkit/testkit` publishes. Every method throws `unavailable` when the data cannot be
 * reached now and `corrupt` when it does not read back as it was written.
 */
export interface Store extends AuditStore {
  readonly spec: 1
  readonly id: string
  /** Whether a commit outlives the process. The engine refuses autonomy above suggest without it. */
  readonly durable: boolean
  /**
   * Creates or checks the schema. Idempotent. Stores without a clock of their own take time from `clock`. Throws `config`
   * when it cannot be opened here, `unsupported` when a newer version wrote it that this one cannot read.
   */
  open(start: { readonly clock: Clock }, ctx: CallContext): Promise<void>
  close(): Promise<void>
  /** The store's time, ms since 1970: the only time that leases and due moments are compared with. */
  now(ctx: CallContext): Promise<number>

  /**
   * All or nothing: `conflict` leaves no trace. Concurrent commits of a tenant may share a transaction. Throws `invalid`
   * with the path of the bad field for a change that no store can keep, `unavailable` with `retryAfterMs` when too many
   * changes wait already, and the abort reason when `ctx.signal` aborts before the change has begun.
   */
  commit(change: Change, ctx: CallContext): Promise<CommitResult>

  /** Leases up to `limit` due incidents whose lease is free or over, most overdue first, for `leaseMs`. */
  claim(
    wanted: { readonly owner: string; readonly limit: number; readonly leaseMs: number },
    ctx: CallContext,
  ): Promise<readonly Claim[]>
  /** Extends a lease by `leaseMs` from now; false when it was lost. */
  renew(claim: Claim, leaseMs: number, ctx: CallContext): Promise<boolean>
  /** Lets go of a lease that is still held; the incident stays as due as it was. */
  release(claim: Claim, ctx: CallContext): Promise<void>
  /** When the next unleased incident is due, ms since 1970; undefined when none is. */
  nextDueAt(ctx: CallContext): Promise<number | undefined>

  get<Table extends DocumentTable>(
    table: Table,
    tenant: string,
    id: string,
    ctx: CallContext,
  ): Promise<Documents[Table] | undefined>
  list<Table extends DocumentTable>(
    table: Table,
    query: DocumentQuery,
    ctx: CallContext,
  ): Promise<readonly Documents[Table][]>
  /** Sum of what was added to a counter; 0 for one that was never touched. */
  counter(tenant: string, name: string, ctx: CallContext): Promise<number>

  /** Alerts by id, in no order; unknown ids are left out. At most 1,000 ids. */
  alerts(tenant: string, ids: readonly string[], ctx: CallContext): Promise<readonly Alert[]>
  /** Alerts of any tenant that wait for correlation, oldest `startsAt` first. */
  pendingAlerts(limit: number, ctx: CallContext): Promise<readonly Alert[]>
  /** Unresolved alerts of a source that were last seen before `seenBefore` (ISO 8601), by id after `after`. */
  staleAlerts(
    query: {
      readonly tenant: string
      readonly source: string
      readonly seenBefore: string
      readonly after?: string
      readonly limit: number
    },
    ctx: CallContext,
  ): Promise<readonly Alert[]>
  /** Members of an incident in order of alert id and episode, from the one after `after`. */
  members(
    query: {
      readonly tenant: string
      readonly incidentId: string
      readonly after?: Pick<Membership, 'alertId' | 'episode'>
      readonly limit: number
    },
    ctx: CallContext,
  ): Promise<readonly (Membership & { readonly alert: Alert })[]>
  symptoms(tenant: string, incidentId: string, ctx: CallContext): Promise<readonly Symptom[]>
  /** Open incidents of the tenant and cluster that hold any of the keys. */
  correlationKeys(
    tenant: string,
    cluster: string,
    keys: readonly string[],
    ctx: CallContext,
  ): Promise<readonly CorrelationKey[]>
}
