import { type Claim, checkDuration, checkLimit, type Store } from '@mendkit/core'
import type { Access } from './access.ts'
import type { Dialect } from './dialect/dialect.ts'
import { inBatches } from './in-batches.ts'
import type { Database } from './tables.ts'

/** Whose incident is due is found among all tenants, by ids and times alone. */
const due = { sweep: 'due' } as const

/** What becomes of the lease of a claim: it lasts so much longer from now, if it still holds, or it ends. */
interface LeaseChange {
  readonly claim: Claim
  readonly leaseMs: number | undefined
}

/**
 * The part of a store that deals in leases. Those that are renewed or let go together share a transaction: each is a write
 * to the disk, and a host that works on a thousand incidents renews a thousand leases again and again.
 */
export function leases(
  { read, write }: Access,
  dialect: Dialect,
): Pick<Store, 'claim' | 'renew' | 'release' | 'nextDueAt'> {
  // A transaction for many goes on, whoever gives up.
  const forAll = { signal: new AbortController().signal }
  const change = inBatches<LeaseChange, boolean>((changes) =>
    write(forAll, due, async (db, time) => {
      const now = await time()
      const changed: boolean[] = []
      // In order of their rows, as commits lock them, so that none waits for the other.
      const ordered = changes.map((change, index) => ({ ...change, index })).sort(byRow)
      for (const { claim, leaseMs, index } of ordered) {
        const ends = leaseMs === undefined
        const lease = ends ? { lease_until: 0, owner: null } : { lease_until: now + leaseMs }
        changed[index] = await putLease(db, claim, lease, ends ? undefined : now)
      }
      return changed
    }),
  )

  return {
    async claim({ owner, limit, leaseMs }, ctx) {
      checkLimit(limit)
      checkDuration('leaseMs', leaseMs)
      // Looking takes no lock, and most sweeps find nothing.
      const found = await read(ctx, due, async (db, now) => dueRows(db, await now(), 1).execute())
      if (found.length === 0) return []
      return write(ctx, due, async (db, time) => {
        const now = await time()
        const claims: Claim[] = []
        for (const row of await dialect.forUpdateOfFree(dueRows(db, now, limit)).execute()) {
          const epoch = row.epoch + 1
          const claim = { tenant: row.tenant, incidentId: row.incident_id, epoch, inputs: row.inputs }
          const lease = { epoch, owner, lease_until: now + leaseMs }
          if (await putLease(db, { ...claim, epoch: row.epoch }, lease)) claims.push(claim)
        }
        return claims
      })
    },
    async renew(claim, leaseMs, ctx) {
      checkDuration('leaseMs', leaseMs)
      ctx.signal.throwIfAborted()
      return change({ claim, leaseMs }, ctx.signal)
    },
    async release(claim, ctx) {
      ctx.signal.throwIfAborted()
      await change({ claim, leaseMs: undefined }, ctx.signal)
    },
    nextDueAt: (ctx) =>
      read(ctx, due, async (db, now) => {
        const row = await db
          .selectFrom('mendkit_due')
          .select('due_at')
          .where('due_at', 'is not', null)
          .where('lease_until', '<=', await now())
          .orderBy('due_at')
          .limit(1)
          .executeTakeFirst()
        return row?.due_at ?? undefined
      }),
  }
}

function dueRows(db: Database, now: number, limit: number) {
  return db
    .selectFrom('mendkit_due')
    .select(['tenant', 'incident_id', 'epoch', 'inputs'])
    .where('due_at', '<=', now)
    .where('lease_until', '<=', now)
    .orderBy('due_at')
    .limit(limit)
}

function byRow(left: LeaseChange, right: LeaseChange): number {
  const [a, b] = [left.claim, right.claim]
  if (a.tenant !== b.tenant) return a.tenant < b.tenant ? -1 : 1
  return a.incidentId < b.incidentId ? -1 : 1
}

/** Changes the lease of a claim, if its epoch still stands and, with `heldAt`, if it is not over by then. */
async function putLease(
  db: Database,
  claim: Claim,
  lease: { readonly epoch?: number; readonly owner?: string | null; readonly lease_until: number },
  heldAt?: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('mendkit_due')
    .set(lease)
    .where('tenant', '=', claim.tenant)
    .where('incident_id', '=', claim.incidentId)
    .where('epoch', '=', claim.epoch)
    .$if(heldAt !== undefined, (query) => query.where('lease_until', '>', heldAt ?? 0))
    .executeTakeFirst()
  return Number(numUpdatedRows) === 1
}
