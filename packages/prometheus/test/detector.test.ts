import { type AlertBatch, type Detector, type Logger, silentLogger } from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { alertmanagerDetector, prometheusDetector } from '../src/index.ts'
import { localServer } from './local-server.ts'
import { apiAlert } from './wire.ts'

const minute = 60_000
const ago = (ms: number) => new Date(Date.now() - ms).toISOString()

async function first(detector: Detector, log: Logger = silentLogger): Promise<AlertBatch> {
  for await (const batch of detector.alerts(callContext({ log }))) return batch
  return expect.unreachable('the detector ended')
}

/** An Alertmanager that holds these alerts and started then. */
async function alertmanager(alerts: readonly unknown[], startedAt = ago(60 * minute)) {
  return await localServer(({ path }) => (path.endsWith('/status') ? { uptime: startedAt } : alerts))
}

describe('alertmanagerDetector', () => {
  test('tells firing alerts from silenced, inhibited and muted ones', async () => {
    const { url, seen } = await alertmanager([
      apiAlert({ alertname: 'Active' }),
      apiAlert({ alertname: 'Unprocessed' }, { state: 'unprocessed' }),
      apiAlert({ alertname: 'Silenced' }, { state: 'suppressed', silencedBy: ['s'] }),
      apiAlert({ alertname: 'Inhibited' }, { state: 'suppressed', inhibitedBy: ['f'] }),
      apiAlert({ alertname: 'Muted' }, { mutedBy: ['weekend'] }),
    ])
    const batch = await first(alertmanagerDetector({ url, source: 'am', cluster: 'eu', tenant: 'shop' }))
    expect(batch.alerts.map((alert) => [alert.labels['alertname'], alert.status])).toEqual([
      ['Active', 'firing'],
      ['Unprocessed', 'firing'],
      ['Silenced', 'suppressed'],
      ['Inhibited', 'suppressed'],
      ['Muted', 'suppressed'],
    ])
    expect(batch).toMatchObject({ source: 'am', cluster: 'eu', complete: true })
    expect(seen.map((request) => request.path)).toEqual(['/api/v2/alerts', '/api/v2/status'])
  })

  test('calls nothing complete before Alertmanager has run for five minutes', async () => {
    const young = await alertmanager([apiAlert({ alertname: 'Down' })], ago(4 * minute))
    expect((await first(alertmanagerDetector({ url: young.url, source: 'am' }))).complete).toBe(false)
    const settled = await alertmanager([], ago(6 * minute))
    expect((await first(alertmanagerDetector({ url: settled.url, source: 'am' }))).complete).toBe(true)
    expect((await first(alertmanagerDetector({ url: young.url, source: 'am', settledAfterMs: 1_000 }))).complete).toBe(
      true,
    )
  })

  test("goes by Alertmanager's clock, not by this machine's", async () => {
    const { url } = await localServer(({ path }, response) => {
      response.setHeader('date', 'Thu, 01 Jan 2015 00:04:00 GMT')
      return path.endsWith('/status') ? { uptime: '2015-01-01T00:00:00Z' } : []
    })
    expect((await first(alertmanagerDetector({ url, source: 'am' }))).complete).toBe(false)
  })

  test('leaves out an alert that cannot be read, warns, and does not call the rest complete', async () => {
    const { url } = await alertmanager([apiAlert({ alertname: 'Fine' }), apiAlert({ job: 'nameless' })])
    const warned: string[] = []
    const log: Logger = { ...silentLogger, warn: (text) => warned.push(text) }
    const batch = await first(alertmanagerDetector({ url, source: 'am' }), log)
    expect(batch.alerts.map((alert) => alert.labels)).toEqual([{ alertname: 'Fine' }])
    expect(batch).toMatchObject({ complete: false, unreadable: 1 })
    expect(warned).toEqual([expect.stringContaining('[1].labels.alertname')])
  })

  test('fails as a whole when the status cannot be read, rather than guess', async () => {
    const { url } = await localServer(({ path }) => (path.endsWith('/status') ? { uptime: 'long' } : []))
    await expect(first(alertmanagerDetector({ url, source: 'am' }))).rejects.toMatchObject({
      code: 'bad-response',
      path: 'uptime',
    })
  })

  test('asks again only after the last batch was taken', async () => {
    const { url, seen } = await alertmanager([])
    const stream = alertmanagerDetector({ url, source: 'am', intervalMs: 1 })
      .alerts(callContext())
      [Symbol.asyncIterator]()
    await stream.next()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(seen.length).toBe(2)
    await stream.next()
    expect(seen.length).toBe(4)
    await stream.return?.()
  })
})

describe('prometheusDetector', () => {
  test('reports what fires and leaves out what is pending; complete once Prometheus has run long enough', async () => {
    const alert = (alertname: string, state: string) => ({
      labels: { alertname },
      annotations: {},
      state,
      activeAt: '2026-01-02T03:04:05.678901Z',
      value: '1e+00',
    })
    const prometheus = (startTime: string) =>
      localServer(({ path }) => ({
        status: 'success',
        data: path.endsWith('/alerts')
          ? { alerts: [alert('Down', 'firing'), alert('Soon', 'pending')] }
          : { startTime },
      }))
    const settled = await prometheus(ago(6 * minute))
    const batch = await first(prometheusDetector({ url: settled.url, source: 'prom' }))
    expect(batch.complete).toBe(true)
    expect(batch.alerts).toEqual([
      { labels: { alertname: 'Down' }, annotations: {}, status: 'firing', startsAt: '2026-01-02T03:04:05.678Z' },
    ])
    const young = await prometheus(ago(4 * minute))
    expect((await first(prometheusDetector({ url: young.url, source: 'prom' }))).complete).toBe(false)
  })
})
