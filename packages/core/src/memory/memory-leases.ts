import type { CallContext } from '../ports/context.ts'
import type { Claim } from '../ports/lease-store.ts'
import type { Store } from '../ports/store.ts'
import { putDue } from './apply-due.ts'
import { checkDuration, checkLimit } from './check-read.ts'
import type { DueRow, MemoryState } from './memory-state.ts'

/** The part of an in-memory store that deals in leases. `begin` answers the store's time or throws. */
export function leasesOf(
  state: MemoryState,
  begin: (ctx: CallContext) => number,
): Pick<Store, 'claim' | 'renew' | 'release' | 'nextDueAt'> {
  /** The row of a claim whose lease still holds. */
  function held(claim: Claim, now: number): DueRow | undefined {
    const row = state.tenants.get(claim.tenant)?.due.get(claim.incidentId)
    return row?.epoch === claim.epoch && row.leaseUntil > now ? row : undefined
  }

  function put(row: DueRow): void {
    const of = state.tenants.get(row.tenant)
    if (of !== undefined) putDue(state, of, row, [])
  }

  return {
    async claim({ limit, leaseMs }, ctx) {
      const now = begin(ctx)
      checkLimit(limit)
      checkDuration('leaseMs', leaseMs)
      const rows = dueRows(state, now, limit).map((row) => ({
        ...row,
        epoch: row.epoch + 1,
        leaseUntil: now + leaseMs,
      }))
      for (const row of rows) put(row)
      return rows.map(({ tenant, incidentId, epoch, inputs }) => ({ tenant, incidentId, epoch, inputs }))
    },
    async renew(claim, leaseMs, ctx) {
      const now = begin(ctx)
      checkDuration('leaseMs', leaseMs)
      const row = held(claim, now)
      if (row !== undefined) put({ ...row, leaseUntil: now + leaseMs })
      return row !== undefined
    },
    async release(claim, ctx) {
      const row = held(claim, begin(ctx))
      if (row !== undefined) put({ ...row, leaseUntil: 0 })
    },
    async nextDueAt(ctx) {
      const now = begin(ctx)
      for (const [, row] of state.due.walk()) if (row.leaseUntil <= now) return row.dueAt
      return undefined
    },
  }
}

function dueRows(state: MemoryState, now: number, limit: number): readonly DueRow[] {
  const rows: DueRow[] = []
  for (const [, row] of state.due.walk()) {
    if (row.dueAt === undefined || row.dueAt > now || rows.length === limit) break
    if (row.leaseUntil <= now) rows.push(row)
  }
  return rows
}
