import { type Detector, readOptions } from '@mendkit/core'
import { z } from 'zod'
import { openConnection } from './connection.ts'
import { requestJson } from './http.ts'
import { prometheusAlert } from './parse-alert.ts'
import { parseAnswer } from './parse-answer.ts'
import { parseEach } from './parse-each.ts'
import { type PollingDetectorOptions, pollingDetector, pollingOptions } from './polling-detector.ts'
import { timestamp } from './timestamp.ts'

const alertsBody = z.object({ status: z.literal('success'), data: z.object({ alerts: z.array(z.unknown()) }) })
const runtimeBody = z.object({ status: z.literal('success'), data: z.object({ startTime: timestamp }) })

/**
 * Reports the firing alerts of a Prometheus that has no Alertmanager, by polling its `/api/v1/alerts`. Prometheus knows no
 * silences, and its list lacks the external labels that it adds for an Alertmanager: use one of the two for a Prometheus,
 * not both. An alert's start is when its expression began to hold, before its `for`.
 *
 * Reads only. Completeness and errors as with `alertmanagerDetector`.
 */
export function prometheusDetector(options: PollingDetectorOptions): Detector {
  readOptions('prometheusDetector', pollingOptions, options)
  const connection = openConnection('Prometheus', options)
  return pollingDetector('Prometheus', connection, options, async (ctx) => {
    const { body } = await requestJson(connection, { path: 'api/v1/alerts' }, ctx)
    const { good, bad } = parseEach(prometheusAlert, parseAnswer(connection.who, alertsBody, body).data.alerts, '')
    // Asked after the alerts: a restart in between would otherwise pass a short list off as complete.
    const runtime = await requestJson(connection, { path: 'api/v1/status/runtimeinfo' }, ctx)
    const { startTime } = parseAnswer(connection.who, runtimeBody, runtime.body).data
    const runningForMs = startTime === undefined ? 0 : (runtime.date ?? Date.now()) - Date.parse(startTime)
    return { alerts: good.filter((alert) => alert !== undefined), unreadable: bad, runningForMs }
  })
}
