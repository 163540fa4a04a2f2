import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { silentLogger } from '@mendkit/core'
import { type Manifest, simulatedCluster } from '@mendkit/testkit'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { readConfig } from '../src/config.ts'
import { createHost } from '../src/host.ts'
import { authenticateBy } from '../src/tokens.ts'
import { runProgram, savePrograms } from './support/guide.ts'

const secret = 'a-secret-of-the-test'
const known = { tenant: 'default', via: 'token' }
const holders = [
  { token: 'reader', principal: { ...known, id: 'reader', roles: [] } },
  { token: 'ann', principal: { ...known, id: 'ann', roles: ['approver'] } },
]

const questionList = z.array(z.object({ id: z.string(), digest: z.string(), diffs: z.array(z.string()) }))

function checkout(image: string): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'checkout', namespace: 'shop' },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'checkout' } },
      template: { metadata: { labels: { app: 'checkout' } }, spec: { containers: [{ name: 'app', image }] } },
    },
  }
}

let folder: string
/** How far the cluster's clock is behind: what was deployed before it caught up has run for an hour. */
let behind: number
let cluster: ReturnType<typeof simulatedCluster>
let host: ReturnType<typeof createHost>
let stop: AbortController
let running: Promise<void>

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mendkit-host-test-'))
  behind = 3_600_000
  cluster = simulatedCluster({ clock: { now: () => Date.now() - behind } })
  host = createHost({
    file: join(folder, 'mendkit.db'),
    kubernetes: { cluster: 'test', namespaces: ['shop'], read: cluster, act: cluster },
    prometheus: { url: 'http://127.0.0.1:1', cluster: 'test' },
    alertSecret: secret,
    notify: { url: 'http://127.0.0.1:1/notices', secret, allowPrivateAddresses: true },
    authenticate: authenticateBy(holders),
    settings: { engine: { sweepMs: 50 }, correlation: { settleMs: 100 } },
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

/** A rollout that crashes, and an alert about it, until a person is asked what to do. */
async function broughtToQuestion() {
  const quick = { readyAfterMs: 20, crashAfterMs: 20, pullMs: 1 }
  cluster.image('shop/checkout:v1', { behaviour: 'healthy', ...quick })
  cluster.image('shop/checkout:v2', { behaviour: 'crash', logs: 'panic: no DATABASE_URL', ...quick })
  cluster.apply(checkout('shop/checkout:v1'))
  behind = 0
  cluster.tick()
  cluster.apply(checkout('shop/checkout:v2'))
  await vi.waitFor(() => {
    cluster.tick()
    expect(JSON.stringify(cluster.all('v1', 'Pod', 'shop'))).toContain('CrashLoopBackOff')
  })
  expect((await post(`Bearer ${secret}`)).status).toBe(200)
  return vi.waitFor(
    async () => {
      const questions = questionList.parse(await (await ask('reader')).json())
      expect(questions).toHaveLength(1)
      return questions[0] ?? expect.fail()
    },
    { timeout: 10_000 },
  )
}

function ask(token: string) {
  return host.app.request('/approvals', { headers: { authorization: `Bearer ${token}` } })
}

function answer(token: string, id: string, body: unknown) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return host.app.request(`/approvals/${id}`, { method: 'POST', headers, body: JSON.stringify(body) })
}

test('people who are known see what waits, with its difference, and only an approver answers exactly that', async () => {
  const { id, digest, diffs } = await broughtToQuestion()
  expect(diffs.join()).toMatch(/checkout:v2.*checkout:v1/)
  expect((await ask('nobody')).status).toBe(401)
  expect((await answer('nobody', id, { answer: 'approve', digest })).status).toBe(401)
  expect((await answer('reader', id, { answer: 'approve', digest })).status).toBe(403)
  expect((await answer('ann', id, { answer: 'approve', digest: 'of something else' })).status).toBe(409)
  expect((await answer('ann', id, { answer: 'perhaps', digest })).status).toBe(400)
  expect((await answer('ann', 'no-such-id', { answer: 'approve', digest })).status).toBe(404)
  expect(cluster.effects()).toEqual([])

  expect((await answer('ann', id, { answer: 'approve', digest })).status).toBe(202)
  await vi.waitFor(() => expect(cluster.effects()).toHaveLength(1), { timeout: 10_000 })
  const used = await host.mendkit.approvals.list({ states: ['used'] })
  expect(used).toMatchObject([{ id, answers: [{ by: { id: 'ann', via: 'token' } }] }])
})

test('the page asks a browser for the token, shows the difference, and takes the answer', async () => {
  const { id } = await broughtToQuestion()
  const browse = (token: string | undefined, form?: URLSearchParams) => {
    const credentials = `Basic ${Buffer.from(`anybody:${token}`).toString('base64')}`
    const init = form === undefined ? {} : { method: 'POST', body: form }
    const headers = token === undefined ? {} : { authorization: credentials }
    return host.app.request(`/approve?approval=${id}`, { ...init, headers })
  }
  const challenge = await browse(undefined)
  expect(challenge.status).toBe(401)
  expect(challenge.headers.get('www-authenticate')).toContain('Basic')
  expect((await browse('of-somebody-else')).status).toBe(401)
  expect(await (await browse('reader')).text()).not.toContain('<form')
  const page = await (await browse('ann')).text()
  expect(page).toMatch(/<pre>.*checkout:v2.*→.*checkout:v1.*<\/pre>/s)
  const shown = page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)
  const approve = new URLSearchParams({ answer: 'approve' })
  for (const [, name = '', value = ''] of shown) approve.set(name, value)
  expect((await browse('reader', approve)).status).toBe(403)
  expect((await browse('ann', approve)).status).toBe(303)
  await vi.waitFor(() => expect(cluster.effects()).toHaveLength(1), { timeout: 10_000 })
})

test('a rejection by an approver hands the incident over', async () => {
  const { id, digest } = await broughtToQuestion()
  expect((await answer('ann', id, { answer: 'reject', digest })).status).toBe(400)
  expect((await answer('ann', id, { answer: 'reject', digest, because: 'not today' })).status).toBe(202)
  await vi.waitFor(async () => expect(await host.mendkit.incidents.list()).toMatchObject([{ phase: 'handed-over' }]))
  expect(cluster.effects()).toEqual([])
})

test('the programs of the guide work beside the running host, on its file', async () => {
  const { id, digest } = await broughtToQuestion()
  await savePrograms(folder)
  expect(await runProgram(folder, 'timeline.ts')).toContain('Now waiting for an approval')
  expect(await runProgram(folder, 'approve.ts')).toContain(`node approve.ts ${id} ${digest}`)
  expect(cluster.effects()).toEqual([])
  await expect(runProgram(folder, 'approve.ts', id, 'f'.repeat(64))).rejects.toThrow(
    'the digest is not that of approval',
  )
  await runProgram(folder, 'approve.ts', id, digest)
  await vi.waitFor(() => expect(cluster.effects()).toHaveLength(1), { timeout: 10_000 })
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
  const missing = [
    'NAMESPACES',
    'PROMETHEUS_URL',
    'ALERTMANAGER_URL',
    'HOOK_URL',
    'HOOK_SECRET',
    'EVENTS_TOKEN',
    'APPROVER_TOKENS',
  ]
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
    APPROVER_TOKENS: 'ann=the-token-of-ann-1, bob=the-token-of-bob-2',
  }
  const { port, options } = readConfig(env)
  expect(port).toBe(8080)
  expect(options.kubernetes.namespaces).toEqual(['shop', 'web'])
  expect(options.notify.allowPrivateAddresses).toBe(false)
  expect(readConfig({ ...env, HOOK_PRIVATE: 'true' }).options.notify.allowPrivateAddresses).toBe(true)
  const asking = (token: string) => new Request('http://host/events', { headers: { authorization: `Bearer ${token}` } })
  expect(options.authenticate(asking(secret))).toMatchObject({ id: 'reader', roles: [] })
  expect(options.authenticate(asking('the-token-of-bob-2'))).toMatchObject({ id: 'bob', roles: ['approver'] })
  expect(options.authenticate(asking(''))).toBeUndefined()
  expect(options.authenticate(asking('another'))).toBeUndefined()
})
