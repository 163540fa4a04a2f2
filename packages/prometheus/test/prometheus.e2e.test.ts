import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { AlertBatch, AlertInput, Detector } from '@mendkit/core'
import { connectTestbed, type RuleGroup, type Testbed, waitUntil } from '@mendkit/testbed'
import { callContext, rejectsWith } from '@mendkit/testkit'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import {
  alertmanagerDetector,
  alertmanagerWebhook,
  type ConnectionOptions,
  prometheus,
  prometheusDetector,
  promqlCheck,
} from '../src/index.ts'
import { incident, symptom } from './incident.ts'

const description = inject('testbed')
const secret = 'a-secret-for-the-real-alertmanager'
const labels = { namespace: 'shop', deployment: 'checkout', note: 'ünïcode "quoted" \\ ✓' }

/** One that always fires for four parts, one that can be ended, and one that remembers for long. */
function rules(isOn = true): readonly RuleGroup[] {
  const many = ['a', 'b', 'c', 'd'].map((part) => `label_replace(vector(1), "part", "${part}", "", "")`).join(' or ')
  return [
    {
      name: 'prometheus-e2e',
      rules: [
        { alert: 'E2eAlways', expr: many, labels, annotations: { summary: 'Part {{ $labels.part }} ✓' } },
        { alert: 'E2eSwitched', expr: `vector(${isOn ? 1 : 0}) > 0`, labels },
        { alert: 'E2eSlow', expr: 'max_over_time(vector(0)[10m:1s]) > 1', keep_firing_for: '30m' },
      ],
    },
  ]
}

async function first(detector: Detector): Promise<AlertBatch> {
  for await (const batch of detector.alerts(callContext())) return batch
  return expect.unreachable('the detector ended')
}

/** Everything that the webhook of a real Alertmanager brought. */
async function receiving(alertmanager?: ConnectionOptions) {
  const batches: AlertBatch[] = []
  const answers: { readonly status: number; readonly body: string }[] = []
  const ingest = async (batch: AlertBatch) => {
    batches.push(batch)
    return { accepted: batch.alerts.length, changed: 0, refused: [] }
  }
  const options = alertmanager === undefined ? {} : { alertmanager }
  const handle = alertmanagerWebhook({ ingest }, { secret, source: 'am', ...options })
  const server = createServer((incoming, response) => void respond(incoming, response))
  async function respond(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const headers = new Headers(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]))
    const answer = await handle(
      new Request('http://mendkit.local/', { method: 'POST', headers, body: await text(incoming) }),
    )
    const body = await answer.text()
    answers.push({ status: answer.status, body })
    response.writeHead(answer.status).end(body)
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`
  return { url, batches, answers, alerts: (): readonly AlertInput[] => batches.flatMap((batch) => batch.alerts) }
}

describe.skipIf(description === undefined)('on a real Prometheus and Alertmanager (needs servers)', () => {
  let testbed: Testbed
  const alertmanager = () => testbed.alertmanager.url
  const named = (alerts: readonly AlertInput[], name: string) =>
    alerts.filter((alert) => alert.labels['alertname'] === name)

  beforeAll(async () => {
    testbed = connectTestbed(description ?? expect.unreachable())
    await testbed.reloadPrometheus(rules())
  })

  afterAll(async () => {
    await testbed.reloadPrometheus([])
    await testbed.sendAlertsTo()
  })

  test('webhooks are taken, a cut one is completed from the API, and an alert that ends is reported as resolved', async () => {
    const whole = await receiving()
    const cut = await receiving({ url: alertmanager() })
    const matchers = ['alertname=~"E2e.*"']
    await testbed.sendAlertsTo(
      { name: 'whole', url: whole.url, bearerToken: secret, matchers },
      { name: 'cut', url: cut.url, basicAuth: { username: 'am', password: secret }, matchers, maxAlerts: 1 },
    )
    const parts = (alerts: readonly AlertInput[]) =>
      new Set(named(alerts, 'E2eAlways').map((alert) => alert.labels['part'])).size
    await waitUntil('all four parts', async () => parts(whole.alerts()) === 4 && parts(cut.alerts()) === 4)
    expect(named(whole.alerts(), 'E2eAlways')[0]).toMatchObject({ status: 'firing', labels })
    await waitUntil('the alert that will end', async () => named(whole.alerts(), 'E2eSwitched').length > 0)
    // Prometheus keeps the state of a rule whose name and labels stay.
    await testbed.reloadPrometheus(rules(false))
    const ended = () => named(whole.alerts(), 'E2eSwitched').find((alert) => alert.status === 'resolved')
    await waitUntil('the resolved alert', async () => ended() !== undefined)
    expect(Date.parse(ended()?.endsAt ?? '')).toBeGreaterThan(Date.parse(ended()?.startsAt ?? ''))
    expect([...whole.answers, ...cut.answers].filter((answer) => answer.status !== 200)).toEqual([])
  })

  test('a poll names the same alerts and starts as the webhook, and sees a silence', async () => {
    const webhook = await receiving()
    await testbed.sendAlertsTo({
      name: 'again',
      url: webhook.url,
      bearerToken: secret,
      matchers: ['alertname="E2eAlways"'],
    })
    await waitUntil('the webhook', async () => named(webhook.alerts(), 'E2eAlways').length >= 4)
    const detector = alertmanagerDetector({ url: alertmanager(), source: 'am', settledAfterMs: 1 })
    const identity = ({ labels: { part }, startsAt, status }: AlertInput) => `${part} ${startsAt} ${status}`
    const polled = await first(detector)
    const pushed = new Set(named(webhook.alerts(), 'E2eAlways').map(identity))
    expect(new Set(named(polled.alerts, 'E2eAlways').map(identity))).toEqual(pushed)
    expect(polled.complete).toBe(true)

    const silence = await testbed.silence([{ name: 'part', value: 'a' }])
    onTestFinished(() => testbed.liftSilence(silence))
    const statuses = async () =>
      new Map(named((await first(detector)).alerts, 'E2eAlways').map((alert) => [alert.labels['part'], alert.status]))
    await waitUntil('the silence', async () => (await statuses()).get('a') === 'suppressed')
    expect(Object.fromEntries(await statuses())).toEqual({ a: 'suppressed', b: 'firing', c: 'firing', d: 'firing' })
  })

  test('a restarted Alertmanager is not complete until it has run long enough', async () => {
    const detector = alertmanagerDetector({ url: alertmanager(), source: 'am', settledAfterMs: 12_000 })
    await testbed.restartAlertmanager()
    expect((await first(detector)).complete).toBe(false)
    await waitUntil('Alertmanager having settled', async () => (await first(detector)).complete)
    expect(named((await first(detector)).alerts, 'E2eAlways').length).toBe(4)
  })

  test("Prometheus' own alerts can be polled without an Alertmanager", async () => {
    const batch = await first(prometheusDetector({ url: testbed.prometheus.url, source: 'prom', settledAfterMs: 1 }))
    expect(batch.complete).toBe(true)
    expect(named(batch.alerts, 'E2eAlways').length).toBe(4)
  })

  test('evidence reads rules, instant values, ranges and infinities, and names what Prometheus refuses', async () => {
    const { evidence = [] } = prometheus({ url: testbed.prometheus.url, queries: { scrapes: 'up{job!="$name"}' } })
    const source = evidence[0] ?? expect.unreachable()
    const read = async (tool: string, input: object) =>
      await (source.tools.find((each) => each.name === tool) ?? expect.unreachable()).read({ ...input }, callContext())
    const requests = await source.gather(incident, [symptom('E2eAlways')], callContext())
    expect(requests.map((request) => request.tool)).toEqual(['prometheus.alert-rule', 'prometheus.query'])
    const [rule, scrapes] = await Promise.all(requests.map((request) => read(request.tool, request.input)))
    expect(rule?.facts).toContainEqual({ name: 'alert-rule.state', kind: 'alert', value: 'firing' })
    expect(rule?.text).toContain('label_replace')
    expect(scrapes?.facts.map((fact) => [fact.name, fact.value])).toEqual([['metric.scrapes', 1]])
    const range = await read('prometheus.query-range', { query: 'up', minutes: 1 })
    expect(range.facts.map((fact) => fact.name)).toContain('metric.value.max')
    expect((await read('prometheus.query', { query: '-1 / vector(0)' })).facts[0]?.value).toBe('-Inf')
    expect((await rejectsWith(read('prometheus.query', { query: 'up{' }), 'rejected')).message).toContain('parse error')
    await rejectsWith(read('prometheus.alert-rule', { alertname: 'E2eNever' }), 'not-found')
  })

  test('the deadline of a verification comes from the real rules', async () => {
    const deadline = async (...names: readonly string[]) =>
      await prometheus({ url: testbed.prometheus.url }).verificationDeadlineMs?.(names, callContext())
    expect(await deadline('E2eAlways')).toBe(5 * 60_000)
    expect(await deadline('E2eAlways', 'E2eSlow')).toBe(35 * 60_000)
    expect(await deadline('E2eNever')).toBeUndefined()
  })

  test('a check judges a real expression', async () => {
    const target = { ...(incident.resource ?? expect.unreachable()), labels: {} }
    const check = (query: string) =>
      promqlCheck({ id: 'c', url: testbed.prometheus.url, query, good: { above: 0 } }).check(
        { incident, target, symptoms: [] },
        callContext(),
      )
    expect((await check('count(up == 1)')).verdict).toBe('good')
    expect((await check('vector(-1)')).verdict).toBe('bad')
    expect((await check('nothing_of_this_name{namespace="$namespace"}')).verdict).toBe('unknown')
  })
})
