import { createMendkit, type Incident, silentLogger } from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import { describe, expect, it } from 'vitest'
import { seriesRows } from '../src/engine/diagnose/series-rows.ts'
import { coarsen } from '../src/engine/retention/coarsen.ts'
import { type AlertBench, alertBench, at, podAlert, tenant } from './support/intake.ts'
import { day, fireAndEnd, retain } from './support/over.ts'

const ctx = callContext()

/** Six alerts that are over, the older three of them history already. */
async function withHistory() {
  const bench = await alertBench()
  const mendkit = createMendkit({ store: bench.store, system: { clock: bench.clock, log: silentLogger } })
  const face = mendkit.as({ id: 'ann', roles: [], tenant, via: 'test' }).history
  const told = (index: number) => ({
    annotations: { summary: index === 1 ? 'Connection REFUSED by the database' : 'restarts' },
    labels: { severity: index % 2 === 0 ? 'critical' : 'warning' },
  })
  for (const index of [0, 1, 2]) await fireAndEnd(bench, `pod-${index}`, index * 100, index * 100 + 50, told(index))
  await closeAll(bench)
  bench.clock.jump(8 * day)
  await retain(bench)
  const later = 8 * 86_400 + 1_000
  for (const index of [3, 4, 5]) {
    await fireAndEnd(bench, `pod-${index}`, later + index * 100, later + index * 100 + 50, told(index))
  }
  expect(bench.alerts()).toHaveLength(3)
  return { bench, face }
}

async function closeAll(bench: AlertBench): Promise<void> {
  for (const incident of await bench.store.list('incident', { tenant, limit: 100 }, ctx)) {
    const row: Incident = { ...incident, phase: 'closed', phaseSince: bench.clock.now() }
    await bench.commit({ put: [{ kind: 'document', table: 'incident', row }] })
  }
}

const pods = (rows: readonly { readonly labels: Readonly<Record<string, string>> }[]) =>
  rows.map(({ labels }) => labels['pod'])

describe('history.alerts', () => {
  it('finds alerts that are over, newest first, whether they have moved or not', async () => {
    const { bench, face } = await withHistory()
    await bench.ingest([podAlert('fires')])
    const found = await face.alerts()
    expect(pods(found.rows)).toEqual(['pod-5', 'pod-4', 'pod-3', 'pod-2', 'pod-1', 'pod-0'])
    expect(found).toMatchObject({ complete: true })
    expect(found).not.toHaveProperty('next')
  })

  it('finds them by labels, object, time and words', async () => {
    const { face } = await withHistory()
    const found = async (query: Parameters<typeof face.alerts>[0]) => pods((await face.alerts(query)).rows)
    expect(await found({ match: 'severity="critical"' })).toEqual(['pod-4', 'pod-2', 'pod-0'])
    expect(await found({ match: 'alertname="KubePodCrashLooping",pod=~"pod-[15]"' })).toEqual(['pod-5', 'pod-1'])
    expect(await found({ match: 'alertname="Other"' })).toEqual([])
    expect(await found({ resource: { kind: 'Pod', name: 'pod-1' } })).toEqual(['pod-1'])
    const whole = { cluster: 'default', apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'pod-4' }
    expect(await found({ resource: whole })).toEqual(['pod-4'])
    expect(await found({ since: at(100), until: at(200) })).toEqual(['pod-1'])
    expect(await found({ since: at(200) })).toEqual(['pod-5', 'pod-4', 'pod-3', 'pod-2'])
    expect(await found({ text: 'connection refused' })).toEqual(['pod-1'])
  })

  it('keeps apart what two sources tell of the same labels and the same time', async () => {
    const bench = await alertBench()
    const told = (status: 'firing' | 'resolved', times: object) => podAlert('pod-0', { status, ...times })
    for (const source of ['am', 'other']) {
      await bench.ingest([told('firing', { startsAt: at(0) })], { source, asOf: at(0) })
      await bench.ingest([told('resolved', { startsAt: at(0), endsAt: at(50) })], { source, asOf: at(50) })
      await bench.ingest([told('firing', { startsAt: at(100) })], { source, asOf: at(100) })
    }
    const rows = await bench.store.history({ tenant, of: 'alerts', limit: 10 }, ctx)
    expect(rows).toHaveLength(2)
    expect(new Set(rows.map((row) => 'alertId' in row && row.alertId))).toEqual(
      new Set(bench.alerts().map(({ id }) => id)),
    )
  })

  it('pages through all of them once, whatever the size of a page', async () => {
    const { face } = await withHistory()
    for (const limit of [1, 2, 4, 6]) {
      const all: unknown[] = []
      for (let after: string | undefined; ; ) {
        const page = await face.alerts({ limit, ...(after !== undefined && { after }) })
        expect(page.rows.length).toBeLessThanOrEqual(limit)
        all.push(...pods(page.rows))
        after = page.next
        if (after === undefined) break
      }
      expect(all).toEqual(['pod-5', 'pod-4', 'pod-3', 'pod-2', 'pod-1', 'pod-0'])
    }
  })

  it('shows nothing of another tenant', async () => {
    const { bench } = await withHistory()
    const mendkit = createMendkit({ store: bench.store, system: { clock: bench.clock, log: silentLogger } })
    expect((await mendkit.history.alerts()).rows).toEqual([])
  })

  it.each([
    [{ match: 'severity' }, 'match'],
    [{ match: 'pod=~"("' }, 'match'],
    [{ resource: { sort: 'Pod' } }, 'resource.sort'],
    [{ since: 'yesterday' }, 'since'],
    [{ limit: 0 }, 'limit'],
    [{ words: 'x' }, 'words'],
  ])('refuses %j', async (query, path) => {
    const mendkit = createMendkit({ system: { log: silentLogger } })
    await expect(mendkit.history.alerts(query as never)).rejects.toMatchObject({ code: 'invalid', path })
  })
})

describe('history.series', () => {
  const evidence = {
    ...{ tenant, id: 'evi_1', incidentId: 'inc_1', tool: 'prometheus.query-range', input: {}, facts: [] },
    ...{ collectedAt: 0, warnings: 0, revision: 0 },
  }
  const start = Date.parse(at(0))
  const points = Array.from({ length: 121 }, (_, index) => [start + index * 30_000, index] as const)

  it('keeps every point, and later the least, greatest and mean value of steps', async () => {
    const bench = await alertBench()
    const mendkit = createMendkit({ store: bench.store, system: { clock: bench.clock, log: silentLogger } })
    const { history } = mendkit.as({ id: 'ann', roles: [], tenant, via: 'test' })
    const rows = seriesRows(evidence, [
      { name: 'metric.errors', labels: { pod: 'a' }, points: [...points, [start + 9_000_000, Number.NaN]] },
      { name: 'metric.errors', labels: { pod: 'b' }, points: [[start, Number.POSITIVE_INFINITY]] },
    ])
    await bench.commit({ put: [{ kind: 'history', rows }] })
    expect(await history.series({ name: 'metric.errors', match: 'pod="a"', incidentId: 'inc_1' })).toMatchObject({
      rows: [{ kind: 'series', startsAt: at(0), endsAt: at(3_600), points }],
    })
    expect((await history.series({ name: 'metric.other' })).rows).toEqual([])
    expect((await history.alerts()).rows).toEqual([])
    bench.clock.jump(31 * day)
    expect(await retain(bench)).toEqual({ coarsened: 1 })
    const [row] = (await history.series()).rows
    expect(row).toMatchObject({ kind: 'steps', stepMs: 600_000, labels: { pod: 'a' }, evidenceId: 'evi_1' })
    expect(row?.points[0]).toEqual([start, 0, 19, expect.closeTo(9.5), 20])
    expect(row?.points.at(-1)).toEqual([start + 3_600_000, 120, 120, 120, 1])
    expect(row?.points).toHaveLength(7)
    bench.clock.jump(370 * day)
    expect(await retain(bench)).toEqual({ series: 1 })
  })

  it('becomes 24 steps at most, and loses no point of them', () => {
    const wide = Array.from({ length: 1_000 }, (_, index) => [start + index * 600_000, index % 7] as const)
    const [row] = seriesRows(evidence, [{ name: 'x', labels: {}, points: wide }])
    if (row?.kind !== 'series') throw new Error('a series was made')
    const { points: steps } = coarsen(row, 600_000)
    expect(steps.length).toBeLessThanOrEqual(24)
    expect(steps.reduce((sum, [, , , , count]) => sum + count, 0)).toBe(1_000)
  })
})

it('refuses a stretch that ends before it begins, in place of finding nothing', async () => {
  const { face } = await withHistory()
  const query = { since: '2026-02-01', until: '2026-01-01' }
  for (const asked of [face.alerts(query), face.series(query)]) {
    await expect(asked).rejects.toMatchObject({ code: 'invalid', path: 'until' })
  }
})
