import { inspectAlertmanager } from '@mendkit/prometheus'
import { callContext } from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { localServer, nowhere } from './local-server.ts'

const startsAt = '2026-01-01T00:00:00.000Z'
const alert = (alertname: string, state: string) => ({ labels: { alertname }, startsAt, status: { state } })

test('says its version and every alert that it holds, silenced ones too', async () => {
  const { url, seen } = await localServer(({ path }) =>
    path === '/api/v2/status'
      ? { uptime: startsAt, versionInfo: { version: '0.29.0' } }
      : [alert('A', 'active'), alert('B', 'suppressed'), { labels: {} }],
  )
  const headers = { authorization: 'Bearer s3cret' }
  expect(await inspectAlertmanager({ url, headers }, callContext())).toMatchObject({
    version: '0.29.0',
    alerts: [{ labels: { alertname: 'A' } }, { labels: { alertname: 'B' }, status: 'suppressed' }],
    unreadable: 1,
  })
  expect(seen.map((request) => request.headers.authorization)).toEqual(['Bearer s3cret', 'Bearer s3cret'])
})

test('does without a version, and fails as the detector does', async () => {
  const { url } = await localServer(({ path }) => (path === '/api/v2/status' ? { uptime: startsAt } : []))
  expect(await inspectAlertmanager({ url }, callContext())).toEqual({ alerts: [], unreadable: 0 })
  await expect(inspectAlertmanager({ url: nowhere }, callContext())).rejects.toMatchObject({ code: 'unavailable' })
  await expect(inspectAlertmanager({ url: 'am:9093' }, callContext())).rejects.toMatchObject({ code: 'config' })
})
