import { type Alert, createMendkit, type Mendkit, memoryState, silentLogger, storeOverMemory } from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { alertmanagerDetector, alertmanagerWebhook } from '../src/index.ts'
import { request, secret } from './webhook-harness.ts'
import { apiAlert, webhook, webhookAlert } from './wire.ts'

const many = 25_000
const pods = Array.from({ length: many }, (_, index) => ({ alertname: 'PodCrashLooping', pod: `checkout-${index}` }))

function mendkitOnMemory() {
  const state = memoryState()
  const mendkit = createMendkit({
    store: storeOverMemory(state, { id: 'memory', durable: false }),
    system: { log: silentLogger },
  })
  onTestFinished(() => mendkit.close())
  const alerts = (): Alert[] => [...(state.tenants.get('default')?.alerts.values() ?? [])]
  const countOf = (status: Alert['status']) => alerts().filter((alert) => alert.status === status).length
  return { mendkit, alerts, countOf }
}

/** One poll after the other, each taken by the engine. */
async function poll(mendkit: Mendkit, times: number, listed: readonly object[]): Promise<void> {
  const fetch: typeof globalThis.fetch = async (address) => {
    const isStatus = address instanceof URL && address.pathname.endsWith('/status')
    return Response.json(isStatus ? { uptime: '2020-01-01T00:00:00Z' } : listed)
  }
  const detector = alertmanagerDetector({ url: 'http://am:9093', source: 'am', intervalMs: 1, fetch })
  let taken = 0
  for await (const batch of detector.alerts(callContext())) {
    expect(batch.complete).toBe(true)
    await mendkit.ingest(batch)
    taken += 1
    if (taken === times) return
  }
}

test('a webhook of 25,000 alerts is answered when all of them are durable', async () => {
  const { mendkit, countOf } = mendkitOnMemory()
  const handle = alertmanagerWebhook(mendkit, { secret, source: 'am', maxBytes: 50 * 1024 * 1024 })
  const response = await handle(request(webhook(pods.map((labels) => webhookAlert(labels)))))
  expect([response.status, await response.json()]).toEqual([
    200,
    { accepted: many, changed: many, refused: [], warnings: [] },
  ])
  expect(countOf('firing')).toBe(many)
})

test('of 25,000 alerts in a poll none ends while it is listed, and one that is gone ends after two polls', async () => {
  const { mendkit, alerts, countOf } = mendkitOnMemory()
  const listed = pods.map((labels) => apiAlert(labels))
  await poll(mendkit, 3, listed)
  expect([countOf('firing'), countOf('resolved')]).toEqual([many, 0])
  const rest = listed.toSpliced(7, 1)
  await poll(mendkit, 1, rest)
  expect(countOf('firing')).toBe(many)
  await poll(mendkit, 1, rest)
  expect([countOf('firing'), countOf('resolved')]).toEqual([many - 1, 1])
  expect(alerts().find(({ status }) => status === 'resolved')?.labels['pod']).toBe('checkout-7')
})
