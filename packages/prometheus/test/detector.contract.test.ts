import { detectorContract, holdsTo } from '@mendkit/testkit'
import { test } from 'vitest'
import { alertmanagerDetector, prometheusDetector } from '../src/index.ts'
import { echoing, localServer, nowhere } from './local-server.ts'
import { apiAlert } from './wire.ts'

const secret = 's3cret-t0ken-of-the-poll'
const headers = { authorization: `Bearer ${secret}` }

holdsTo(test, 'alertmanagerDetector', detectorContract, async () => {
  const firing = await localServer(({ path }) =>
    path.endsWith('/status') ? { uptime: '2020-01-01T00:00:00Z' } : [apiAlert({ alertname: 'Down', job: 'api' })],
  )
  const hanging = await localServer(() => undefined)
  const rejecting = await localServer(echoing(401))
  const detect = (url: string) => alertmanagerDetector({ url, source: 'am', headers, intervalMs: 5 })
  return {
    firing: detect(firing.url),
    hanging: detect(hanging.url),
    unreachable: detect(nowhere),
    rejected: detect(rejecting.url),
    secret,
  }
})

holdsTo(test, 'prometheusDetector', detectorContract, async () => {
  const alert = { labels: { alertname: 'Down' }, annotations: {}, state: 'firing', activeAt: '2026-01-02T03:04:05.6Z' }
  const pending = { ...alert, state: 'pending', labels: { alertname: 'Soon' } }
  const firing = await localServer(({ path }) =>
    path.endsWith('/alerts')
      ? { status: 'success', data: { alerts: [alert, pending] } }
      : { status: 'success', data: { startTime: '2020-01-01T00:00:00Z' } },
  )
  const hanging = await localServer(() => undefined)
  const rejecting = await localServer(echoing(403))
  const detect = (url: string) => prometheusDetector({ url, source: 'prom', headers, intervalMs: 5 })
  return {
    firing: detect(firing.url),
    hanging: detect(hanging.url),
    unreachable: detect(nowhere),
    rejected: detect(rejecting.url),
    secret,
  }
})
