import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { createMendkit, silentLogger } from '@mendkit/core'
import { type NoticeMessage, verifyWebhook } from '@mendkit/notify'
import { sqlStore } from '@mendkit/sql'
import { makeDatabase } from '@mendkit/testbed'
import { expect, inject, onTestFinished, test } from 'vitest'
import type { ReplicaOptions } from '../src/replica.ts'

const servers = inject('databases')
const alertSecret = 'the-secret-of-alertmanager'
const hookSecret = 'the-secret-of-the-notice-receiver'
const names = Array.from({ length: 24 }, (_, index) => `Alert${index}`)

/** Takes notices as a chat would, and keeps them. */
async function noticeReceiver() {
  const notices: NoticeMessage['data'][] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const headers = new Headers(request.headers as Record<string, string>)
      notices.push(verifyWebhook({ secret: hookSecret, headers, body }).message.data)
      response.end('ok')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { notices, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }
}

async function startReplica(options: ReplicaOptions): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const program = fileURLToPath(new URL('./support/replica-process.ts', import.meta.url))
  const child = fork(program, [JSON.stringify(options)], {
    execArgv: ['--conditions=mendkit-source'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [port] = await once(child, 'message')
  return { url: `http://127.0.0.1:${port}`, child }
}

/** Sends alerts as Alertmanager does. */
async function send(url: string, some: readonly string[]): Promise<number> {
  const startsAt = '2026-01-01T00:00:00Z'
  const alerts = some.map((alertname) => ({
    ...{ status: 'firing', labels: { alertname }, annotations: {} },
    ...{ startsAt, endsAt: '0001-01-01T00:00:00Z' },
  }))
  const body = JSON.stringify({ version: '4', receiver: 'mendkit', groupLabels: {}, truncatedAlerts: 0, alerts })
  const headers = { authorization: `Bearer ${alertSecret}`, 'content-type': 'application/json' }
  return (await fetch(`${url}/alerts`, { method: 'POST', headers, body })).status
}

test.skipIf(servers === undefined)(
  'two replicas get every alert, one is killed with -9: each alert has one incident and each incident one call (needs databases)',
  { timeout: 120_000 },
  async () => {
    if (servers === undefined) return
    const databaseUrl = await makeDatabase(servers.postgres)
    const { notices, url: hookUrl } = await noticeReceiver()
    const settings = {
      engine: { sweepMs: 100, leaseMs: 1_000, leaseMarginMs: 300 },
      correlation: { settleMs: 50 },
      notices: { retryMs: 200 },
    }
    const notify = { url: hookUrl, secret: hookSecret, allowPrivateAddresses: true }
    const options = { databaseUrl, alertSecret, notify, settings }
    const [killed, left] = await Promise.all([startReplica(options), startReplica(options)])

    const half = names.slice(0, names.length / 2)
    for (const name of half) {
      expect(await Promise.all([send(killed.url, [name]), send(left.url, [name])])).toEqual([200, 200])
    }
    await expect.poll(() => notices.length, { timeout: 30_000 }).toBeGreaterThan(0)
    killed.child.kill('SIGKILL')
    await once(killed.child, 'exit')
    for (const name of names.slice(half.length)) expect(await send(left.url, [name])).toBe(200)

    const mendkit = createMendkit({ store: sqlStore(databaseUrl), system: { log: silentLogger } })
    onTestFinished(() => mendkit.close())
    const called = () => new Set(notices.map(({ incidentId }) => incidentId)).size
    await expect.poll(called, { timeout: 60_000 }).toBe(names.length)
    const incidents = await mendkit.incidents.list({ limit: 100 })
    expect(incidents.map(({ title }) => title.split(' ')[0] ?? '').toSorted()).toEqual(names.toSorted())
    expect(new Set(incidents.map(({ phase }) => phase))).toEqual(new Set(['handed-over']))
    // A notice that was sent and not yet recorded when its sender died comes again, under the same key.
    const keys = new Set(notices.map(({ dedupeKey }) => dedupeKey))
    expect(keys.size).toBe(names.length)
    expect((await mendkit.audit.verify()).verified).toBe(true)
    left.child.kill('SIGTERM')
    expect(await once(left.child, 'exit')).toEqual([0, null])
  },
)
