import { type Detector, readOptions } from '@mendkit/core'
import { alertmanagerRunningForMs, listAlerts } from './alertmanager-api.ts'
import { openConnection } from './connection.ts'
import { type PollingDetectorOptions, pollingDetector, pollingOptions } from './polling-detector.ts'

/**
 * Reports what fires at an Alertmanager, by polling its API: the level that repairs lost webhooks. Silenced, inhibited and
 * muted alerts are reported as suppressed.
 *
 * Reads only. A batch is `complete` only when Alertmanager has run for `settledAfterMs` and every alert could be read. A
 * failed poll throws `unavailable`, `rejected` or `bad-response`; wrong options throw `config` here.
 */
export function alertmanagerDetector(options: PollingDetectorOptions): Detector {
  readOptions('alertmanagerDetector', pollingOptions, options)
  const connection = openConnection('Alertmanager', options)
  return pollingDetector('Alertmanager', connection, options, async (ctx) => {
    const { alerts, unreadable } = await listAlerts(connection, ctx)
    // Asked after the alerts: a restart in between would otherwise pass an empty list off as complete.
    const runningForMs = await alertmanagerRunningForMs(connection, ctx)
    return { alerts: alerts.map((alert) => alert.input), unreadable, runningForMs }
  })
}
