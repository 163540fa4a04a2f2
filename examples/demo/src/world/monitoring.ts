import type { AlertInput } from '@mendkit/core'
import type { PollingDetectorOptions } from '@mendkit/prometheus'
import type { Pace } from '../pace.ts'
import { alertmanagerThatSays } from './alertmanager.ts'
import { conditionsOf } from './conditions.ts'
import type { Shop } from './shop.ts'

/** The shop's monitoring: it looks at the cluster and says what fires. It knows nothing of Mendkit. */
export interface Monitoring {
  /** What fires now, as Alertmanager would say it. */
  firing(): readonly AlertInput[]
  /** Alerts told so far, each repetition counted: what would have reached somebody without grouping. */
  notifications(): number
  /** Where the engine polls it. */
  readonly alertmanager: PollingDetectorOptions
}

/** Always fires, to show that the path from monitoring to people is open. It opens nothing. */
const watchdog = { alertname: 'Watchdog', severity: 'none' }

/** Has nothing to do with the checkout: a disk that fills up on its own, first noticed amid the storm. */
const disk = {
  labels: { alertname: 'NodeFilesystemSpaceFillingUp', severity: 'warning', node: 'node-3', mountpoint: '/var/lib' },
  patience: 6,
}

/** Looks at the shop from now on, every time it is asked. */
export function openMonitoring(shop: Shop, pace: Pace): Monitoring {
  const always: AlertInput = { labels: watchdog, startsAt: new Date().toISOString() }
  const since = new Map<string, number>()
  let firing: readonly AlertInput[] = []
  let notifications = 0

  function look(): readonly AlertInput[] {
    const now = Date.now()
    const conditions = [...conditionsOf(shop.pods(), shop.workload), ...(shop.workload.inStorm ? [disk] : [])]
    const known = new Map(conditions.map((condition) => [JSON.stringify(condition.labels), condition]))
    for (const key of since.keys()) if (!known.has(key)) since.delete(key)
    for (const key of known.keys()) if (!since.has(key)) since.set(key, now)
    const alerts = [...known].flatMap(([key, { labels, patience }]) => {
      const startsAt = (since.get(key) ?? now) + patience * pace.alertAfter
      return startsAt > now ? [] : [{ labels, startsAt: new Date(startsAt).toISOString() }]
    })
    firing = [always, ...alerts]
    notifications += firing.length
    return firing
  }

  return {
    firing: () => firing,
    notifications: () => notifications,
    alertmanager: alertmanagerThatSays(look, pace.monitoringEvery),
  }
}
