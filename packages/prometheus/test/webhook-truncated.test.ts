import type { Logger } from '@mendkit/core'
import { silentLogger } from '@mendkit/core'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { echoing, localServer, nowhere } from './local-server.ts'
import { harness, request } from './webhook-harness.ts'
import { apiAlert, webhook, webhookAlert } from './wire.ts'

const cut = webhook([webhookAlert({ alertname: 'Down', job: 'a' })], { truncatedAlerts: 2 })
const toOthers = { receivers: [{ name: 'team-b' }] }

describe('a webhook that max_alerts cut', () => {
  test('is completed from the API, by its own group and receiver only', async () => {
    const alertmanager = await localServer(() => [
      apiAlert({ alertname: 'Down', job: 'a' }),
      apiAlert({ alertname: 'Down', job: 'b' }),
      apiAlert({ alertname: 'Down', job: 'c' }, { state: 'suppressed', silencedBy: ['s'] }),
      apiAlert({ alertname: 'Slow', job: 'd' }),
      apiAlert({ alertname: 'Down', job: 'e' }, {}, toOthers),
    ])
    const headers = { authorization: 'Bearer of-the-api' }
    const { handle, taken } = harness({ alertmanager: { url: `${alertmanager.url}/prefix`, headers }, tenant: 'shop' })
    const response = await handle(request(cut))
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ accepted: 3, warnings: [] })
    expect(taken.flatMap(({ batch }) => batch.alerts.map((alert) => [alert.labels['job'], alert.status]))).toEqual([
      ['a', 'firing'],
      ['b', 'firing'],
      ['c', 'suppressed'],
    ])
    expect(taken.map(({ batch, tenant }) => [batch.complete, tenant])).toEqual([
      [false, 'shop'],
      [false, 'shop'],
    ])
    expect(alertmanager.seen).toMatchObject([{ path: '/prefix/api/v2/alerts', headers }])
    expect(String(alertmanager.seen[0]?.query)).toBe('active=true&silenced=true&inhibited=true&unprocessed=true')
  })

  test('is completed by how things stood when the API was asked, not later', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    const asked = new Date().toISOString()
    const fetch = async () => {
      vi.advanceTimersByTime(10_000)
      return Response.json([apiAlert({ alertname: 'Down', job: 'b' })])
    }
    const { handle, taken } = harness({ alertmanager: { url: 'http://am:9093', fetch } })
    expect((await handle(request(cut))).status).toBe(200)
    expect(taken.map(({ batch }) => [batch.delivery, batch.asOf])).toEqual([
      ['pushed', asked],
      ['read', asked],
    ])
  })

  test('never asks the address that stands in the payload', async () => {
    const stranger = await localServer(() => [])
    const { handle } = harness()
    await handle(request({ ...cut, externalURL: stranger.url }))
    expect(stranger.seen).toEqual([])
  })

  test('without an API address is taken as it came, with a warning', async () => {
    const warned: string[] = []
    const log: Logger = { ...silentLogger, warn: (text) => warned.push(text) }
    const { handle, taken } = harness({ log })
    const response = await handle(request(cut))
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ accepted: 1, warnings: [expect.stringContaining('lacks 2 alerts')] })
    expect(taken.length).toBe(1)
    expect(warned).toEqual([expect.stringContaining('lacks 2 alerts')])
  })

  test.each([
    ['cannot be reached', async () => nowhere],
    ['refuses', async () => (await localServer(echoing(401))).url],
    ['answers nonsense', async () => (await localServer(() => ({ alerts: [] }))).url],
  ])('is asked for again when the API %s, and keeps what came', async (_, address) => {
    const headers = { authorization: 'Bearer s3cret-of-the-api' }
    const { handle, taken } = harness({ alertmanager: { url: await address(), headers } })
    const response = await handle(request(cut))
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
    const text = await response.text()
    expect(text).toContain('the alerts that came were taken')
    expect(text).not.toContain('s3cret-of-the-api')
    expect(taken.map(({ batch }) => batch.alerts.length)).toEqual([1])
  })

  test('says how many the API no longer lists', async () => {
    const alertmanager = await localServer(() => [])
    const { handle } = harness({ alertmanager: { url: alertmanager.url } })
    const response = await handle(request(cut))
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ warnings: [expect.stringContaining('still lists 0')] })
  })
})
