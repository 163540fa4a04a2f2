import { type KnownTiles, knownTiles } from '../../audit/known-tiles.ts'
import { MendkitError } from '../../errors.ts'
import { memoryStore } from '../../memory/memory-store.ts'
import type { AlertBatch, IngestResult } from '../../model/alert.ts'
import { nudgesOf } from '../../model/nudge.ts'
import type { CallContext } from '../../ports/context.ts'
import { systemClock } from '../../system/system-clock.ts'
import { createFeed, type Feed } from '../feed/feed.ts'
import { createIntake } from '../intake/intake.ts'
import { createMirrors, type Mirrors } from '../mirror/mirrors.ts'
import type { Parts } from '../parts.ts'
import { createVitals, type VitalSigns } from '../work/vitals.ts'
import { createWaker } from '../work/waker.ts'
import { closeIntegrations } from './close-integrations.ts'
import { compose } from './compose.ts'
import { nudgingStore } from './nudging-store.ts'
import { assertOptions, type MendkitOptions } from './options.ts'
import { runEngine } from './run-engine.ts'
import type { Wakers } from './wakers.ts'

/** The engine of one process, behind every principal's face. */
export interface Engine {
  readonly parts: Parts
  readonly feed: Feed
  readonly vitals: () => VitalSigns
  readonly mirrors: Pick<Mirrors, 'health'>
  /** What proofs have read of the logs of all tenants. */
  readonly knownTiles: KnownTiles
  /** A context for calls that no step makes, ended by `close`. */
  readonly context: (signal?: AbortSignal) => CallContext
  /** Opens the store once; every call waits for it. */
  ready(): Promise<void>
  ingest(tenant: string, batch: AlertBatch, signal?: AbortSignal): Promise<IngestResult>
  run(signal: AbortSignal | undefined): Promise<void>
  close(): Promise<void>
}

/** Composes the engine. Synchronous and without I/O; throws `config` for options that are wrong. */
export function createEngine(options: MendkitOptions): Engine {
  assertOptions(options)
  const clock = options.system?.clock ?? systemClock
  const wakers: Wakers = { due: createWaker(clock), pending: createWaker(clock), notices: createWaker(clock) }
  const store = nudgingStore(options.store ?? memoryStore(), (change) => {
    for (const nudge of nudgesOf(change)) wakers[nudge].ring()
    if (change.audit.length === 0) return
    feed.nudge(change.tenant)
    mirrors.nudge()
  })
  const parts = compose(options, store, () => wakers.due.ring())
  const feed = createFeed(parts)
  const mirrors = createMirrors(parts)
  const intake = createIntake(parts)
  const life = new AbortController()
  const runs = new Set<Promise<void>>()
  const vitals = createVitals(clock, parts.settings.engine.sweepMs)
  let opening: Promise<void> | undefined

  const context = (signal?: AbortSignal): CallContext => ({
    signal: signal === undefined ? life.signal : AbortSignal.any([signal, life.signal]),
    log: parts.log,
  })

  async function open(): Promise<void> {
    await store.open({ clock, ...parts.logKeys }, context())
    await feed.start()
  }

  function ready(): Promise<void> {
    if (life.signal.aborted) return Promise.reject(new MendkitError('unavailable', 'this Mendkit was closed'))
    // A failed opening may be tried again: the file may be readable by then.
    opening ??= open().catch((error: unknown) => {
      opening = undefined
      throw error
    })
    return opening
  }

  async function ingest(tenant: string, batch: AlertBatch, ctx: CallContext): Promise<IngestResult> {
    await ready()
    return intake.ingest({ ...batch, tenant }, ctx)
  }

  return {
    parts,
    feed,
    vitals: () => vitals.read(),
    mirrors,
    knownTiles: knownTiles(),
    context,
    ready,
    ingest: (tenant, batch, signal) => ingest(tenant, batch, context(signal)),
    run(signal) {
      const { signal: stopping } = context(signal)
      const running = runEngine(
        { parts, wakers, vitals, mirrors, ready, ingest, isBusy: () => intake.isBusy() },
        stopping,
      )
      runs.add(running)
      return running.finally(() => runs.delete(running))
    },
    async close() {
      if (life.signal.aborted) return
      life.abort(new MendkitError('unavailable', 'this Mendkit was closed'))
      feed.close()
      // Whoever called `run` is told how it ended; closing only waits for it.
      await Promise.allSettled([...runs])
      await closeIntegrations(parts)
      if (opening !== undefined) await store.close()
    },
  }
}
