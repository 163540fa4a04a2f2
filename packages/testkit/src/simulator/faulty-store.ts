import { type Change, type Claim, type Clock, MendkitError, type Store } from '@mendkit/core'
import type { Fault, FaultKind } from './fault.ts'
import { delayOf, type Ports } from './ports.ts'
import { readsTogether } from './reads-together.ts'

/** What goes wrong with a store. */
export const storeFaults: readonly FaultKind[] = [
  { kind: 'reply-lost', at: ['commit'], weight: 4 },
  { kind: 'not-written', at: ['commit'], weight: 2 },
  { kind: 'busy', at: ['commit', 'store-read'], weight: 2 },
  { kind: 'slow', at: ['commit'], ms: [1_000, 90_000], weight: 2 },
  { kind: 'disk-full', at: ['commit'], ms: [5_000, 60_000] },
  { kind: 'away', at: ['store-read'], ms: [5_000, 90_000] },
]

/** A change that a store has taken, and by whom. */
export interface TakenChange {
  readonly by: string
  readonly change: Change
}

/** Whoever watches what a store is asked and takes. */
export interface StoreWatch {
  /** Right before a change is written, or refused. */
  before(change: Change): void
  taken(taken: TakenChange): void
  claimed(by: string, claims: readonly Claim[]): void
  /** A write of which nobody waits for the answer has failed, and not because the store is away. */
  broken(error: unknown): void
}

/** What the faulty stores of all processes share. */
export interface StoreWeather {
  /** Whether reads that a process asks for in one turn are answered one by one, or all at once. */
  readonly grain: 'fine' | 'coarse'
  fullUntil: number
  awayUntil: number
}

/**
 * One process's way to the store that all share. Every call waits to be released, a commit twice: to be written, and to
 * be answered. The store's time is its own, whatever clock the process has.
 */
export function faultyStore(
  ports: Ports,
  store: Store,
  storeClock: Clock,
  weather: StoreWeather,
  watch: StoreWatch,
): Store {
  const { scheduler, life } = ports
  const together = readsTogether(ports)

  function read<Result>(label: string, ctx: { readonly signal: AbortSignal }, run: () => Promise<Result>) {
    const faults = ports.faults.meet('store-read')
    for (const fault of faults) if (fault.kind === 'away') weather.awayUntil = scheduler.now() + fault.ms
    function answer() {
      if (has(faults, 'busy')) throw busy()
      if (scheduler.now() < weather.awayUntil) throw away()
      return run()
    }
    if (weather.grain === 'coarse') return together(ctx.signal, answer)
    return ports.call({ label, signal: ctx.signal, afterMs: delayOf(faults), run: answer })
  }

  /** Whoever died while the store was away does not hear of it. */
  function unlessAway(error: unknown): void {
    if (!MendkitError.is(error, 'unavailable')) watch.broken(error)
  }

  async function commit(change: Change, ctx: Parameters<Store['commit']>[1]): ReturnType<Store['commit']> {
    const faults = ports.faults.meet('commit')
    for (const fault of faults) if (fault.kind === 'disk-full') weather.fullUntil = scheduler.now() + fault.ms
    const lasting = { signal: new AbortController().signal, log: ctx.log }
    async function write() {
      if (has(faults, 'busy')) throw busy()
      if (scheduler.now() < weather.awayUntil) throw away()
      if (scheduler.now() < weather.fullUntil) throw full()
      if (has(faults, 'not-written')) throw replyLost()
      watch.before(change)
      const result = await store.commit(change, lasting)
      if (result.kind === 'committed') watch.taken({ by: life.name, change })
      return result
    }
    const result = await ports.call({
      label: `commit ${wordOf(change)}`,
      signal: ctx.signal,
      afterMs: delayOf(faults),
      run: write,
      orphan: { run: () => void write().catch(unlessAway), certain: false },
    })
    return ports.call({
      label: `${result.kind} ${wordOf(change)}`,
      run() {
        if (has(faults, 'reply-lost')) throw replyLost()
        return result
      },
    })
  }

  return {
    spec: 1,
    id: store.id,
    durable: store.durable,
    open: (start, ctx) => read('store.open', ctx, () => store.open({ ...start, clock: storeClock }, ctx)),
    close: async () => undefined,
    commit,
    now: (ctx) => read('store.now', ctx, () => store.now(ctx)),
    claim: (wanted, ctx) =>
      read('store.claim', ctx, async () => {
        const claims = await store.claim(wanted, ctx)
        watch.claimed(life.name, claims)
        return claims
      }),
    renew: (claim, leaseMs, ctx) => read('store.renew', ctx, () => store.renew(claim, leaseMs, ctx)),
    release: (claim, ctx) => read('store.release', ctx, () => store.release(claim, ctx)),
    nextDueAt: (ctx) => read('store.nextDueAt', ctx, () => store.nextDueAt(ctx)),
    get: (table, tenant, id, ctx) => read(`get ${table}`, ctx, () => store.get(table, tenant, id, ctx)),
    list: (table, query, ctx) => read(`list ${table}`, ctx, () => store.list(table, query, ctx)),
    counter: (tenant, name, ctx) => read('store.counter', ctx, () => store.counter(tenant, name, ctx)),
    alerts: (tenant, ids, ctx) => read('store.alerts', ctx, () => store.alerts(tenant, ids, ctx)),
    pendingAlerts: (query, ctx) => read('store.pendingAlerts', ctx, () => store.pendingAlerts(query, ctx)),
    staleAlerts: (query, ctx) => read('store.staleAlerts', ctx, () => store.staleAlerts(query, ctx)),
    members: (query, ctx) => read('store.members', ctx, () => store.members(query, ctx)),
    symptoms: (tenant, id, ctx) => read('store.symptoms', ctx, () => store.symptoms(tenant, id, ctx)),
    firingSymptoms: (tenant, keys, ctx) =>
      read('store.firingSymptoms', ctx, () => store.firingSymptoms(tenant, keys, ctx)),
    correlationKeys: (tenant, cluster, keys, ctx) =>
      read('store.correlationKeys', ctx, () => store.correlationKeys(tenant, cluster, keys, ctx)),
    auditLogs: (query, ctx) => read('store.auditLogs', ctx, () => store.auditLogs(query, ctx)),
    endedAlerts: (query, ctx) => read('store.endedAlerts', ctx, () => store.endedAlerts(query, ctx)),
    history: (query, ctx) => read('store.history', ctx, () => store.history(query, ctx)),
    auditHead: (tenant, ctx) => read('store.auditHead', ctx, () => store.auditHead(tenant, ctx)),
    readAudit: (query, ctx) => read('store.readAudit', ctx, () => store.readAudit(query, ctx)),
    lastAuditCheckpoint: (tenant, ctx) =>
      read('store.lastAuditCheckpoint', ctx, () => store.lastAuditCheckpoint(tenant, ctx)),
    auditCheckpoints: (query, ctx) => read('store.auditCheckpoints', ctx, () => store.auditCheckpoints(query, ctx)),
    auditTile: (query, ctx) => read('store.auditTile', ctx, () => store.auditTile(query, ctx)),
    blobs: (tenant, digests, ctx) => read('store.blobs', ctx, () => store.blobs(tenant, digests, ctx)),
  }
}

/** Says in the trace what a change is about. */
function wordOf({ audit, put }: Change): string {
  return audit[0]?.type ?? put[0]?.kind ?? 'nothing'
}

function has(faults: readonly Fault[], kind: string): boolean {
  return faults.some((fault) => fault.kind === kind)
}

function busy(): MendkitError {
  return new MendkitError('unavailable', 'the store is busy; try again soon', { retryAfterMs: 100 })
}

function away(): MendkitError {
  return new MendkitError('unavailable', 'the store cannot be reached')
}

function full(): MendkitError {
  return new MendkitError('unavailable', 'the disk of the store is full')
}

function replyLost(): MendkitError {
  return new MendkitError('unavailable', 'the connection to the store broke; what was asked for may have been written')
}
