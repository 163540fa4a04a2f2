import type { Alert } from '../../model/alert.ts'
import type { Parts } from '../parts.ts'
import type { Resolve } from './correlate-chunk.ts'
import type { PartitionName } from './read-chunk.ts'

/** Decides which alerts wait for owners that cannot be read now. */
export interface OwnersPatience {
  /** The alerts of a partition that are to be correlated now; the others stay pending. */
  ready(name: PartitionName, alerts: readonly Alert[], resolve: Resolve): Promise<readonly Alert[]>
}

/** An outage as a partition sees it. */
interface Outage {
  /** On the monotonic clock. */
  readonly since: number
  readonly waiting: number
}

/** Outages remembered at once. Alerts of one more partition do not wait. */
const maxOutages = 1_000

/**
 * Lets alerts wait for their owners, at most `settings.correlation.ownersWaitMs` from when a topology first could not be
 * read. Once that is over no alert of the partition waits any more, until a sweep finds none whose owners are out of reach.
 * Kept in memory: a restart during an outage grants it again.
 */
export function createOwnersPatience(parts: Parts): OwnersPatience {
  const outages = new Map<string, Outage>()

  function remember(key: string, outage: Outage | undefined): void {
    if (outage === undefined) outages.delete(key)
    else outages.set(key, outage)
    const waiting = [...outages.values()].reduce((sum, each) => sum + each.waiting, 0)
    parts.metrics.gauge('mendkit_alerts_awaiting_owners', waiting)
  }

  return {
    async ready({ tenant, cluster }, alerts, resolve) {
      const key = JSON.stringify([tenant, cluster])
      const guessed = await Promise.all(alerts.map((alert) => isGuess(alert, resolve)))
      const waiting = guessed.filter(Boolean).length
      const outage = outages.get(key)
      if (waiting === 0) {
        if (outage !== undefined) remember(key, undefined)
        return alerts
      }
      const now = parts.clock.monotonic()
      const since = outage?.since ?? now
      const over = now - since >= parts.settings.correlation.ownersWaitMs
      if (over || (outage === undefined && outages.size >= maxOutages)) {
        if (over) remember(key, { since, waiting: 0 })
        parts.metrics.count('mendkit_alerts_without_owners_total', {}, waiting)
        return alerts
      }
      remember(key, { since, waiting })
      return alerts.filter((_, index) => guessed[index] !== true)
    },
  }
}

/** A look-up that fails altogether is left to correlation, which keeps it from holding up the others. */
async function isGuess(alert: Alert, resolve: Resolve): Promise<boolean> {
  try {
    const found = await resolve(alert)
    return found.kind === 'resolved' && found.ownersOutOfReach === true
  } catch {
    return false
  }
}
