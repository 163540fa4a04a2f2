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

/** The leases of a store: who works on what, compared with the store's time only. */
export interface LeaseStore {
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
}
