import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { AlertBatch } from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { alertmanagerDetector, type WebhookAnswer } from '../src/index.ts'
import { localServer } from './local-server.ts'
import { harness, request } from './webhook-harness.ts'

const folder = fileURLToPath(new URL('../../../../shared/data/alertmanager-captured/', import.meta.url))
const isThere = existsSync(folder)
if (!isThere) console.log(`Skipping captured Alertmanager data: ${folder} is not there`)

const captured = (name: string): unknown => JSON.parse(readFileSync(`${folder}${name}`, 'utf8'))
const texts = z.record(z.string(), z.string())
const webhookFile = z.object({
  body: z.looseObject({
    alerts: z.array(z.looseObject({ labels: texts, status: z.string() })),
    groupLabels: texts,
    truncatedAlerts: z.number(),
  }),
})
const dumpFile = z.array(z.looseObject({ status: z.looseObject({ state: z.string() }) }))

describe.skipIf(!isThere)('what a real Alertmanager sent (needs recorded data)', () => {
  const webhooks = isThere ? readdirSync(folder).filter((name) => name.startsWith('webhook-')) : []

  test.each(webhooks)('%s is taken whole', async (name) => {
    const { body } = webhookFile.parse(captured(name))
    const { handle, taken } = harness()
    const response = await handle(request(body))
    expect(response.status).toBe(200)
    const answer = (await response.json()) as WebhookAnswer
    expect(answer).toMatchObject({ accepted: body.alerts.length, refused: [] })
    expect(answer.warnings.length).toBe(body.truncatedAlerts > 0 ? 1 : 0)
    expect(taken[0]?.batch.alerts.map((alert) => alert.labels)).toEqual(body.alerts.map((alert) => alert.labels))
    expect(taken[0]?.batch.alerts.map((alert) => alert.status)).toEqual(body.alerts.map((alert) => alert.status))
  })

  test('a cut webhook is completed from the API dump of its group', async () => {
    const name =
      webhooks.find((each) => webhookFile.parse(captured(each)).body.truncatedAlerts > 0) ?? expect.unreachable()
    const { body } = webhookFile.parse(captured(name))
    const { url } = await localServer(() => captured('api-v2-alerts.json'))
    const { handle, taken } = harness({ alertmanager: { url } })
    expect((await handle(request(body))).status).toBe(200)
    const group = Object.entries(body.groupLabels)
    const pulled = taken[1]?.batch.alerts ?? []
    expect(pulled.length).toBeGreaterThan(0)
    expect(pulled.every((alert) => group.every(([label, value]) => alert.labels[label] === value))).toBe(true)
  })

  test('the API dump is read whole, silenced and inhibited alerts as suppressed', async () => {
    const dump = dumpFile.parse(captured('api-v2-alerts.json'))
    const { url } = await localServer(({ path }) =>
      path.endsWith('/status') ? { uptime: '2020-01-01T00:00:00Z' } : dump,
    )
    let batch: AlertBatch | undefined
    for await (batch of alertmanagerDetector({ url, source: 'am' }).alerts(callContext())) break
    expect(batch?.complete).toBe(true)
    expect(batch?.alerts.map((alert) => alert.status)).toEqual(
      dump.map(({ status }) => (status.state === 'suppressed' ? 'suppressed' : 'firing')),
    )
  })
})
