import { MendkitError } from '../errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { CallContext } from '../ports/context.ts'
import type { LogKeys } from '../ports/signer.ts'
import type { Store } from '../ports/store.ts'
import { applyGroup } from './apply-group.ts'
import { checkLimit } from './check-read.ts'
import { commitInGroups } from './commit-in-groups.ts'
import { alertsOf } from './memory-alerts.ts'
import { auditOf } from './memory-audit.ts'
import { historyReads } from './memory-history.ts'
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
  let keys: LogKeys = {}

  /** The store's time; throws when nobody opened the store or the caller gave up. */
  function begin(ctx: CallContext): number {
    ctx.signal.throwIfAborted()
    return nowOf(clock)
  }

  const group = commitInGroups(async (changes) => applyGroup(state, changes, nowOf(clock), keys))

  return {
    spec: 1,
    id,
    durable,
    async open(start, ctx) {
      ctx.signal.throwIfAborted()
      keys = start
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
    ...auditOf(state, begin),
    ...historyReads(state, begin),
  }
}

function nowOf(clock: Clock | undefined): number {
  if (clock === undefined) throw new MendkitError('unavailable', 'the store is not open; call `open` first')
  return clock.now()
}
