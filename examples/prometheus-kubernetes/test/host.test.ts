import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { silentLogger } from '@mendkit/core'
import { simulatedCluster } from '@mendkit/testkit'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { readConfig } from '../src/config.ts'
import { createHost } from '../src/host.ts'

const secret = 'a-secret-of-the-test'
const reader = { id: 'reader', roles: [], tenant: 'default', via: 'token' }

let folder: string
let host: ReturnType<typeof createHost>
let stop: AbortController
let running: Promise<void>

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mendkit-host-test-'))
  const cluster = simulatedCluster()
  host = createHost({
    file: join(folder, 'mendkit.db'),
    kubernetes: { cluster: 'test', namespaces: ['shop'], read: cluster, act: cluster },
    prometheus: { url: 'http://127.0.0.1:1', cluster: 'test' },
    alertSecret: secret,
    notify: { url: 'http://127.0.0.1:1/notices', secret },
    authenticate: (request) => (request.headers.get('authorization') === 'Bearer reader' ? reader : undefined),
    settings: { engine: { sweepMs: 50 } },
    system: { log: silentLogger },
  })
  stop = new AbortController()
  running = host.mendkit.run({ signal: stop.signal })
  await vi.waitFor(async () => expect((await host.app.request('/health')).status).toBe(200))
})

afterEach(async () => {
  stop.abort()
  await running
  await host.mendkit.close()
  rmSync(folder, { recursive: true, force: true })
})

function post(authorization: string) {
  const labels = { alertname: 'KubePodNotReady', namespace: 'shop', deployment: 'checkout' }
  const alert = { status: 'firing', labels, annotations: {}, startsAt: new Date().toISOString(), fingerprint: 'f1' }
  const body = {
    version: '4',
    groupKey: '{}',
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'mendkit',
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'http://alertmanager',
    alerts: [{ ...alert, endsAt: '0001-01-01T00:00:00Z', generatorURL: '' }],
  }
  const headers = { authorization, 'content-type': 'application/json' }
  return host.app.request('/alerts', { method: 'POST', headers, body: JSON.stringify(body) })
}

test('an alert that Alertmanager posts becomes an incident, an event and a metric', async () => {
  expect((await post(`Bearer ${secret}`)).status).toBe(200)
  const incident = await vi.waitFor(async () => {
    const [first] = await host.mendkit.incidents.list()
    expect(first?.resource).toMatchObject({ cluster: 'test', kind: 'Deployment', namespace: 'shop', name: 'checkout' })
    return first
  })

  const events = await host.app.request('/events?after=-1&types=incident-opened', {
    headers: { authorization: 'Bearer reader' },
  })
  const stream = events.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (!text.includes('event: incident-opened')) {
    const part = await stream?.read()
    expect(part?.done).toBe(false)
    text += part?.value ?? ''
  }
  expect(text).toContain(incident?.id)
  await stream?.cancel()

  expect(await (await host.app.request('/metrics')).text()).toMatch(/^mendkit_alerts_correlated_total 1$/m)
})

test('who does not know the secrets gets nothing in and nothing out', async () => {
  expect((await post('Bearer of-somebody-else')).status).toBe(401)
  expect((await host.app.request('/events')).status).toBe(401)
  expect(await host.mendkit.incidents.list()).toEqual([])
})

test('an environment that is not complete is explained, and no value is shown', async () => {
  const env = { PATH: process.env['PATH'] ?? '', ALERT_SECRET: 'too-short' }
  const started = promisify(execFile)(process.execPath, ['--conditions=mendkit-source', 'src/main.ts'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env,
  })
  const failure = await started.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(failure).toMatchObject({ code: 1 })
  const { stderr } = failure as { stderr: string }
  const missing = ['NAMESPACES', 'PROMETHEUS_URL', 'ALERTMANAGER_URL', 'HOOK_URL', 'HOOK_SECRET', 'EVENTS_TOKEN']
  expect([...missing, 'ALERT_SECRET'].filter((name) => !stderr.includes(`  ${name}: `))).toEqual([])
  expect(stderr).not.toContain('too-short')
})

test('a complete environment is enough', () => {
  const env = {
    NAMESPACES: 'shop, web',
    PROMETHEUS_URL: 'http://prometheus:9090',
    ALERTMANAGER_URL: 'http://alertmanager:9093',
    ALERT_SECRET: secret,
    HOOK_URL: 'https://hooks.example/notices',
    HOOK_SECRET: secret,
    EVENTS_TOKEN: secret,
  }
  const { port, options } = readConfig(env)
  expect(port).toBe(8080)
  expect(options.kubernetes.namespaces).toEqual(['shop', 'web'])
  const asking = (token: string) => new Request('http://host/events', { headers: { authorization: `Bearer ${token}` } })
  expect(options.authenticate(asking(secret))?.id).toBe('reader')
  expect(options.authenticate(asking('another'))).toBeUndefined()
})
