import { emptyAuditHead } from '../audit/seal.ts'
import { MendkitError } from '../errors.ts'
import type { Change } from '../model/change.ts'
import type { Clock } from '../ports/clock.ts'
import type { CallContext } from '../ports/context.ts'
import type { Store } from '../ports/store.ts'
import { applyChange } from './apply-change.ts'
import { checkCount, checkLimit } from './check-read.ts'
import { commitInGroups, type GroupOutcome } from './commit-in-groups.ts'
import { alertsOf } from './memory-alerts.ts'
import { leasesOf } from './memory-leases.ts'
import { type MemoryState, memoryState } from './memory-state.ts'
import { listDocuments } from './read-documents.ts'

/**
 * A store that keeps everything in memory and forgets it with the process, so it says `durable: false` and the engine
 * will not act on it. Rows are kept as they were given: do not change an object that was committed.
 */
export function memoryStore(): Store {
  return storeOverMemory(memoryState(), { id: 'memory', durable: false })
}

/**
 * A store over a state that others may share and that outlives the store. For tests that kill and restart workers;
 * `durable` is what the store says of itself.
 */
export function storeOverMemory(
  state: MemoryState,
  { id, durable }: { readonly id: string; readonly durable: boolean },
): Store {
  let clock: Clock | undefined

  /** The store's time; throws when nobody opened the store or the caller gave up. */
  function begin(ctx: CallContext): number {
    ctx.signal.throwIfAborted()
    return nowOf(clock)
  }

  const group = commitInGroups(async (changes) => {
    const now = nowOf(clock)
    return changes.map((change) => outcomeOf(state, change, now))
  })

  return {
    spec: 1,
    id,
    durable,
    async open(start, ctx) {
      ctx.signal.throwIfAborted()
      clock = start.clock
    },
    async close() {
      await group.idle()
      clock = undefined
    },
    now: async (ctx) => begin(ctx),
    async commit(change, ctx) {
      begin(ctx)
      return group.commit(change, ctx)
    },
    ...leasesOf(state, begin),
    ...alertsOf(state, begin),
    async get(table, tenant, id, ctx) {
      begin(ctx)
      // A shelf holds the rows of its own table only, which the compiler cannot see.
      return state.tenants.get(tenant)?.shelves.get(table)?.rows.get(id) as never
    },
    async list(table, query, ctx) {
      begin(ctx)
      checkLimit(query.limit)
      return listDocuments(state, table, query) as never
    },
    async counter(tenant, name, ctx) {
      begin(ctx)
      return state.tenants.get(tenant)?.counters.get(name) ?? 0
    },
    async auditHead(tenant, ctx) {
      begin(ctx)
      return state.tenants.get(tenant)?.auditHead ?? emptyAuditHead
    },
    async readAudit({ tenant, from, limit }, ctx) {
      begin(ctx)
      checkLimit(limit)
      return state.tenants.get(tenant)?.audit.slice(from, from + limit) ?? []
    },
    async blobs(tenant, digests, ctx) {
      begin(ctx)
      checkCount('digests', digests)
      const blobs = state.tenants.get(tenant)?.blobs
      return [...new Set(digests)].flatMap((digest) => blobs?.get(digest) ?? [])
    },
  }
}

function nowOf(clock: Clock | undefined): number {
  if (clock === undefined) throw new MendkitError('unavailable', 'the store is not open; call `open` first')
  return clock.now()
}

function outcomeOf(state: MemoryState, change: Change, now: number): GroupOutcome {
  try {
    return applyChange(state, change, now)
  } catch (error) {
    return { kind: 'refused', error }
  }
}
