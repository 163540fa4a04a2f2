import { type AlertInput, type Mendkit, MendkitError } from '@mendkit/core'
import type { SimulatedCluster, Simulation } from '@mendkit/testkit'

const LOOK_EVERY_MS = 30_000
/** As an Alertmanager repeats what fires, so that what got lost is said again. */
const REPEAT_EVERY_LOOKS = 5

/** The shop's monitoring: it tells what fires, and can fail in its own ways. */
export interface Monitoring {
  /** Silences all alerts for so long. */
  readonly silence: (ms: number) => void
  /** Tells nothing for so long. */
  readonly fallSilent: (ms: number) => void
  /** Tells the last thing again, that much later. */
  readonly repeat: (ms: number) => void
}

/** What an alert is about. */
export interface Monitored {
  readonly labels: Readonly<Record<string, string>>
  readonly isHealthy: () => boolean
}

/** Starts to look at the shop. Alerts go on for `clearAfterMs` after what they tell of is over. */
export function openMonitoring(
  simulation: Simulation,
  cluster: SimulatedCluster,
  monitored: readonly Monitored[],
  clearAfterMs: number,
): Monitoring {
  const { desk, later, chance } = simulation
  const since = new Map<string, number>()
  const well = new Map<string, number>()
  let silencedUntil = 0
  let silentUntil = 0
  let looks = 0
  let told = ''
  let last: readonly AlertInput[] = []

  function look(): void {
    looks += 1
    cluster.tick()
    const alerts = monitored.flatMap(alertOf)
    const text = JSON.stringify(alerts)
    const isNews = text !== told || looks % REPEAT_EVERY_LOOKS === 0
    if (isNews && alerts.length > 0 && simulation.now() >= silentUntil) {
      told = text
      last = alerts
      later(0, 'tell', () => tell(simulation, desk, alerts))
    }
    later(LOOK_EVERY_MS, 'look', look)
  }

  function alertOf({ labels, isHealthy }: Monitored): AlertInput[] {
    const key = JSON.stringify(labels)
    const healthy = isHealthy()
    const now = simulation.now()
    const start = since.get(key)
    if (!healthy) well.delete(key)
    else if (!well.has(key)) well.set(key, now)
    if (healthy && (start === undefined || now - (well.get(key) ?? now) >= clearAfterMs)) {
      if (start === undefined) return []
      since.delete(key)
      const endsAt = new Date(now).toISOString()
      return [{ labels, status: 'resolved', startsAt: new Date(start).toISOString(), endsAt }]
    }
    if (start === undefined) since.set(key, now)
    const startsAt = new Date(start ?? now).toISOString()
    return [{ labels, status: now < silencedUntil ? 'suppressed' : 'firing', startsAt }]
  }

  later(chance.between(15_000, 40_000), 'look', look)
  return {
    silence(ms) {
      silencedUntil = simulation.now() + ms
    },
    fallSilent(ms) {
      silentUntil = simulation.now() + ms
    },
    repeat(ms) {
      const alerts = last
      if (alerts.length > 0) later(ms, 'tell twice', () => tell(simulation, desk, alerts))
    },
  }
}

async function tell(simulation: Simulation, desk: Mendkit, alerts: readonly AlertInput[]): Promise<void> {
  const asOf = new Date(simulation.now()).toISOString()
  try {
    await desk.ingest({ source: 'am', cluster: 'sim', complete: false, delivery: 'pushed', asOf, alerts })
  } catch (error) {
    if (!MendkitError.is(error, 'unavailable')) throw error
    simulation.later(10_000, 'tell again', () => tell(simulation, desk, alerts))
  }
}
