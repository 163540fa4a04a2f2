import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { defineNotifier, type Phase, silentLogger } from '@mendkit/core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createApp } from '../src/app.ts'
import { type FlagService, flagService } from '../src/flag-service.ts'
import { createHost } from '../src/host.ts'
import { shopBehind } from '../src/shop.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const principals = new Map([
  ['Bearer bob', { id: 'bob', roles: ['checkout-oncall'], tenant: 'default', via: 'token' }],
  ['Bearer eve', { id: 'eve', roles: ['web-oncall'], tenant: 'default', via: 'token' }],
])

let folder: string
let flags: FlagService
let mendkit: ReturnType<typeof createHost>
let app: ReturnType<typeof createApp>
let stop: AbortController
let running: Promise<void>

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mendkit-feature-flags-test-'))
  flags = flagService(['new-pricing', 'one-click'].map((name) => ({ name, team: 'checkout' })))
  mendkit = createHost({
    file: join(folder, 'mendkit.db'),
    flags,
    shop: shopBehind(flags),
    notifier: defineNotifier({ id: 'chat', send: async () => undefined }),
    settings: {
      engine: { sweepMs: 50 },
      correlation: { settleMs: 100 },
      verification: { soakMs: 100, everyMs: 50 },
    },
    log: silentLogger,
  })
  app = createApp(mendkit, (request) => principals.get(request.headers.get('authorization') ?? ''))
  stop = new AbortController()
  running = mendkit.run({ signal: stop.signal })
})

afterEach(async () => {
  stop.abort()
  await running
  await mendkit.close()
  rmSync(folder, { recursive: true, force: true })
})

function switchOn(name: string): void {
  flags.set(name, true, { ifVersion: flags.get(name).version, by: 'alice' })
}

async function incidentIn(phase: Phase) {
  return vi.waitFor(
    async () => {
      const [incident] = await mendkit.incidents.list()
      expect(incident?.phase).toBe(phase)
      return incident
    },
    { timeout: 10_000, interval: 20 },
  )
}

async function answer(who: string, id: string, body: unknown): Promise<number> {
  const headers = { authorization: `Bearer ${who}` }
  return (await app.request(`/approvals/${id}`, { method: 'POST', headers, body: JSON.stringify(body) })).status
}

test('the example plays a whole loop and ends well', async () => {
  const args = ['--conditions=mendkit-source', 'src/main.ts']
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: root })
  expect(stderr).toBe('')
  expect(stdout).toContain('verified: recovered')
  expect(stdout).toContain('Status: **resolved**')
  expect(stdout).toContain('audit     verified')
})

test('only the team that owns the flag may answer, and the flag is switched off once it agrees', async () => {
  switchOn('new-pricing')
  await incidentIn('awaiting-approval')
  const [question] = await mendkit.approvals.list()
  const { id = '', digest } = question ?? {}
  expect(question?.diffs).toEqual(['new-pricing: on → off'])

  expect(await answer('nobody', id, { answer: 'approve', digest })).toBe(401)
  expect(await answer('eve', id, { answer: 'approve', digest })).toBe(403)
  expect(await answer('bob', id, { answer: 'approve', digest: 'of something else' })).toBe(409)
  expect(await answer('bob', id, { answer: 'maybe', digest })).toBe(400)
  expect(flags.get('new-pricing').on).toBe(true)

  expect(await answer('bob', id, { answer: 'approve', digest })).toBe(202)
  const incident = await incidentIn('resolved')
  expect(incident?.reason).toBe('remediated')
  expect(flags.get('new-pricing').on).toBe(false)
  const executions = await mendkit.executions.list()
  expect(executions.map(({ type, state }) => ({ type, state }))).toEqual([{ type: 'flags.set', state: 'succeeded' }])
  expect(await mendkit.audit.verify()).toMatchObject({ verified: true })
})

test('health and metrics are served to anybody', async () => {
  await vi.waitFor(async () => expect((await app.request('/health')).status).toBe(200))
  const metrics = await app.request('/metrics')
  expect(metrics.status).toBe(200)
  expect(await metrics.text()).toMatch(/^# TYPE mendkit_\w+ /m)
})

test('of two flags that were switched on, a person chooses', async () => {
  switchOn('one-click')
  switchOn('new-pricing')
  const incident = await incidentIn('handed-over')
  expect(incident?.reason).toBe('rule-hands-over')
  expect(await mendkit.executions.list()).toEqual([])
})

test('a flag that somebody switched while the question was open is left alone', async () => {
  switchOn('new-pricing')
  await incidentIn('awaiting-approval')
  const { id = '', digest } = (await mendkit.approvals.list())[0] ?? {}
  flags.set('new-pricing', false, { ifVersion: flags.get('new-pricing').version, by: 'alice' })
  await answer('bob', id, { answer: 'approve', digest })
  await incidentIn('resolved')
  expect(await mendkit.executions.list()).toEqual([])
  expect(flags.get('new-pricing').writtenBy).toBe('alice')
})
