import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type HistoryRow, historyPlace, redact, systemClock } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { callContext } from '@mendkit/testkit'
import { beforeAll, expect, test } from 'vitest'
import { mendkit, mendkitJson } from './support/run-cli.ts'

const ctx = callContext()
const start = Date.UTC(2026, 5, 1)
const at = (minutes: number) => new Date(start + minutes * 60_000).toISOString()
const resource = { cluster: 'prod', apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'checkout' }
const labels = { alertname: 'KubePodCrashLooping', severity: 'critical' }
const about = { tenant: 'default', alertname: 'KubePodCrashLooping', cluster: 'prod', resource, labels }

const rows: readonly HistoryRow[] = [
  {
    ...about,
    kind: 'day',
    id: `${historyPlace('alerts', start)}-day-1`,
    startsAt: at(0),
    endsAt: at(1_440),
    episodes: 7,
    firingMs: 420_000,
  },
  ...[1, 2, 3].map((index) => ({
    ...about,
    kind: 'episode' as const,
    id: `${historyPlace('alerts', start + index * 86_400_000)}-${index}`,
    alertId: `alert_${index}`,
    episode: 1,
    source: 'am',
    annotations: { summary: redact(index === 2 ? 'connection refused \u001b[2J' : 'restarts') },
    startsAt: at(index * 1_440),
    endsAt: at(index * 1_440 + 5),
    incidentId: `inc_${index}`,
  })),
  {
    tenant: 'default',
    kind: 'series',
    id: `${historyPlace('series', start)}-1`,
    name: 'metric.error-rate',
    tool: 'prometheus.query-range',
    labels: { pod: 'checkout-1' },
    resource,
    incidentId: 'inc_1',
    evidenceId: 'evi_1',
    startsAt: at(0),
    endsAt: at(2),
    points: [
      [start, 0.5],
      [start + 60_000, 4],
      [start + 120_000, 1],
    ],
  },
]
let db = ''

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mendkit-cli-'))
  db = join(folder, 'mendkit.db')
  const store = sqlStore(db)
  await store.open({ clock: systemClock }, ctx)
  await store.commit({ tenant: 'default', expect: [], put: [{ kind: 'history', rows }], audit: [] }, ctx)
  await store.close()
  return () => rmSync(folder, { recursive: true, force: true })
})

test('history alerts lists what is over, newest first, with days for what is long ago', async () => {
  const { code, out, error } = await mendkit('history', 'alerts', '--db', db)
  expect([code, error]).toEqual([0, ''])
  const lines = out.split('\n').filter((line) => /^20/.test(line.trim()))
  expect(lines.map((line) => line.trim().split(/ {2,}/))).toEqual([
    ['2026-06-04 00:00Z', '1', '5m', 'KubePodCrashLooping'],
    ['2026-06-03 00:00Z', '1', '5m', 'KubePodCrashLooping'],
    ['2026-06-02 00:00Z', '1', '5m', 'KubePodCrashLooping'],
    ['2026-06-01', '7 that day', '7m', 'KubePodCrashLooping'],
  ])
  expect(out).toContain('Deployment shop/checkout in prod, of inc_3')
})

test('history alerts finds by object, words, time and labels, and names the command for the next page', async () => {
  const found = async (...args: readonly string[]) => {
    const page = (await mendkitJson('history', 'alerts', '--db', db, ...args)) as { rows: { incidentId?: string }[] }
    return page.rows.map(({ incidentId }) => incidentId)
  }
  expect(await found('--text', 'CONNECTION refused')).toEqual(['inc_2'])
  expect(await found('--on', 'Deployment/shop/checkout', '--since', '2026-06-02', '--until', '2026-06-04')).toEqual([
    'inc_2',
    'inc_1',
  ])
  expect(await found('--on', 'Deployment/shop/cart')).toEqual([])
  expect(await found('--match', 'severity="critical"', '--incident', 'inc_3')).toEqual(['inc_3'])
  const { out } = await mendkit('history', 'alerts', '--db', db, '--limit', '2')
  const after = /mendkit history alerts .*--after (\S+)/.exec(out)?.[1] ?? ''
  expect(await found('--limit', '2', '--after', after)).toEqual(['inc_1', undefined])
})

test('history series tells the least, the greatest and the last value, and every point as JSON', async () => {
  const { out } = await mendkit('history', 'series', '--db', db, '--name', 'metric.error-rate')
  expect(out).toMatch(/2026-06-01 00:00Z +0\.5 +4 +1 +metric\.error-rate/)
  expect(out).toContain('pod="checkout-1"; 3 points, of inc_1')
  expect(await mendkitJson('history', 'series', '--db', db)).toMatchObject({
    rows: [{ points: [[start, 0.5], {}, {}] }],
  })
})

test.each([
  [['--on', 'a/b/c/d'], '--on is a kind'],
  [['--since', 'yesterday'], '--since is a number of days'],
  [['--match', 'severity'], 'match'],
])('history alerts refuses %j', async (args, says) => {
  const { code, error } = await mendkit('history', 'alerts', '--db', db, ...args)
  expect(code).not.toBe(0)
  expect(error).toContain(says)
})
