import {
  type Analyzer,
  allowUpTo,
  type ChangeInput,
  createMendkit,
  type HostSettings,
  type Integration,
  type Mendkit,
  memoryStore,
  type Policy,
  type Store,
  silentLogger,
  timeOrderedIds,
} from '@mendkit/core'
import { callContext, type VirtualClock, virtualClock } from '@mendkit/testkit'
import type { ToldBatch } from './alerts.ts'
import { type Gate, gatedIntegration, openGate } from './gate.ts'
import { type Outcome, readOutcome } from './outcome.ts'
import { passTime } from './pass-time.ts'
import { seededRandom } from './seeded-random.ts'

/** Where an incident in `suggest` comes to rest. */
const RESTING = ['suggested', 'handed-over', 'escalated', 'resolved', 'closed']
/** The engine's own waits take no longer in simulated time; a model's calls are on top of it. */
const LIMIT_MS = 20 * 60_000

/** Makes the analyzers of a play. What it calls outside must pass the gate. */
export type MakeAnalyzers = (integrations: readonly Integration[], gate: Gate) => readonly Analyzer[]

/** How scenarios are played. */
export interface PlayOptions {
  readonly analyzers: MakeAnalyzers
  readonly signal?: AbortSignal
  /** Called when everything has come to rest, before the host is closed. */
  readonly inspect?: (host: { readonly mendkit: Mendkit; readonly store: Store }) => Promise<void>
}

/** What an engine is shown, from any source. */
export interface Staged {
  /** Chance and ids depend on it. */
  readonly id: string
  /** When the first batch is told, ms since 1970. */
  readonly now: number
  readonly integrations: readonly Integration[]
  readonly changes: readonly ChangeInput[]
  readonly batches: readonly ToldBatch[]
  readonly policies?: readonly Policy[]
  readonly settings?: HostSettings
}

/** Plays what is staged through the real engine, on a memory store and simulated time, with autonomy `suggest`. */
export async function playThrough(staged: Staged, { analyzers, signal, inspect }: PlayOptions): Promise<Outcome> {
  const gate = openGate()
  const integrations = staged.integrations.map((each) => gatedIntegration(each, gate))
  const clock = virtualClock({ startAt: staged.now })
  const random = seededRandom(staged.id)
  const store = memoryStore()
  const mendkit = createMendkit({
    store,
    autonomy: { default: 'suggest' },
    integrations,
    analyzers: analyzers(integrations, gate),
    policies: staged.policies ?? [allowUpTo('high')],
    ...(staged.settings !== undefined && { settings: staged.settings }),
    system: { clock, random, ids: timeOrderedIds(clock, random), log: silentLogger },
  })
  const stop = new AbortController()
  const ended = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])
  const running = mendkit.run({ signal: ended })
  // Awaited below; without this a refusal to start would go unheard while time passes.
  const failed = new Promise<never>((_, reject) => void running.catch(reject))
  try {
    const started = performance.now()
    await Promise.race([failed, drive(staged, { mendkit, store, clock, gate, signal: ended })])
    await inspect?.({ mendkit, store })
    const first = staged.batches[0]?.batch.alerts[0]?.labels['alertname'] ?? ''
    return await readOutcome(store, mendkit, first, performance.now() - started)
  } finally {
    stop.abort()
    await Promise.allSettled([running])
    await mendkit.close()
  }
}

interface Stage {
  readonly mendkit: Mendkit
  readonly store: Store
  readonly clock: VirtualClock
  readonly gate: Gate
  readonly signal: AbortSignal
}

async function drive({ now, changes, batches }: Staged, stage: Stage): Promise<void> {
  const { mendkit, store, clock } = stage
  for (const change of changes) await mendkit.recordChange(change)
  for (const { afterMs, batch } of batches) {
    await passTime(stage, async () => clock.now() >= now + afterMs, afterMs)
    await mendkit.ingest(batch)
  }
  await passTime(stage, atRest(store, clock), LIMIT_MS)
}

/** Says whether everything that was told has been dealt with. */
function atRest(store: Store, clock: Pick<VirtualClock, 'now'>): () => Promise<boolean> {
  const context = callContext()
  const since = clock.now()
  return async () => {
    const pending = await store.pendingAlerts({ limit: 1 }, context)
    if (pending.length > 0) return false
    const incidents = await store.list('incident', { tenant: 'default', limit: 1_000 }, context)
    // An incident that is only just being opened is not there yet.
    if (incidents.length === 0) return clock.now() - since > 30_000
    return incidents.every(({ phase }) => RESTING.includes(phase))
  }
}
