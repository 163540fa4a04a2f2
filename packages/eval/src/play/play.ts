import {
  type Analyzer,
  allowUpTo,
  createMendkit,
  type Integration,
  type Mendkit,
  memoryStore,
  type Resource,
  type Store,
  silentLogger,
  timeOrderedIds,
} from '@mendkit/core'
import { callContext, type VirtualClock, virtualClock } from '@mendkit/testkit'
import type { Scenario } from '../scenario/schema.ts'
import { cluster, type OpenWorld, openWorld } from '../world/open-world.ts'
import { batchesOf } from './alerts.ts'
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
}

/** Plays a scenario through the real engine, on a memory store and simulated time, with autonomy `suggest`. */
export async function play(scenario: Scenario, { analyzers, signal }: PlayOptions): Promise<Outcome> {
  const world = openWorld(scenario)
  const gate = openGate()
  const integrations = world.integrations.map((each) => gatedIntegration(each, gate))
  const clock = virtualClock({ startAt: world.now })
  const random = seededRandom(scenario.id)
  const store = memoryStore()
  const mendkit = createMendkit({
    store,
    autonomy: { default: 'suggest' },
    integrations,
    analyzers: analyzers(integrations, gate),
    policies: [allowUpTo('high')],
    system: { clock, random, ids: timeOrderedIds(clock, random), log: silentLogger },
  })
  const stop = new AbortController()
  const ended = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])
  const running = mendkit.run({ signal: ended })
  // Awaited below; without this a refusal to start would go unheard while time passes.
  const failed = new Promise<never>((_, reject) => running.catch(reject))
  const time = { clock, gate, signal: ended }
  try {
    const started = performance.now()
    await Promise.race([failed, drive(scenario, world, { mendkit, store, ...time })])
    const first = scenario.alerts[0]?.labels['alertname'] ?? ''
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

async function drive({ changes, ...scenario }: Scenario, world: OpenWorld, stage: Stage): Promise<void> {
  const { mendkit, store, clock } = stage
  for (const { kind, ago, by, url, resource, labels } of changes) {
    await mendkit.recordChange({
      kind,
      at: new Date(world.now - ago).toISOString(),
      ...(by !== undefined && { by }),
      ...(url !== undefined && { url }),
      ...(resource !== undefined && { resource: resourceOf(resource) }),
      ...(labels !== undefined && { labels }),
    })
  }
  for (const { afterMs, batch } of batchesOf({ changes, ...scenario }, world)) {
    await passTime(stage, async () => clock.now() >= world.now + afterMs, afterMs)
    await mendkit.ingest(batch)
  }
  await passTime(stage, atRest(store, clock.now), LIMIT_MS)
}

function resourceOf({ namespace, ...rest }: NonNullable<Scenario['changes'][number]['resource']>): Resource {
  return { cluster, ...rest, ...(namespace !== undefined && { namespace }) }
}

/** Says whether everything that was told has been dealt with. */
function atRest(store: Store, now: () => number): () => Promise<boolean> {
  const context = callContext()
  const since = now()
  return async () => {
    const pending = await store.pendingAlerts({ limit: 1 }, context)
    if (pending.length > 0) return false
    const incidents = await store.list('incident', { tenant: 'default', limit: 1_000 }, context)
    // An incident that is only just being opened is not there yet.
    if (incidents.length === 0) return now() - since > 30_000
    return incidents.every(({ phase }) => RESTING.includes(phase))
  }
}
