import { type AlertHistoryRow, historyPlace, type Incident, type Store, verifyAudit } from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import { describe, expect, it } from 'vitest'
import { timeline } from '../src/engine/timeline/timeline.ts'
import { type AlertBench, alertBench, at, podAlert, tenant } from './support/intake.ts'
import { day, fireAndEnd, retain } from './support/over.ts'

const ctx = callContext()

async function incidents(bench: AlertBench): Promise<readonly Incident[]> {
  return bench.store.list('incident', { tenant, limit: 100 }, ctx)
}

/** Closes every incident now, as the end of a hold does. */
async function closeAll(bench: AlertBench, more: Partial<Incident> = {}): Promise<void> {
  for (const incident of await incidents(bench)) {
    if (incident.phase === 'closed') continue
    const row: Incident = { ...incident, phase: 'closed', phaseSince: bench.clock.now(), ...more }
    await bench.commit({
      put: [
        { kind: 'drop-correlation-keys', incidentId: incident.id },
        { kind: 'document', table: 'incident', row },
      ],
    })
  }
}

const history = (bench: AlertBench) => bench.store.history({ tenant, of: 'alerts', limit: 100 }, ctx)

describe('retention of alerts', () => {
  it('moves an alert into history a week after its incident closed, and not before', async () => {
    const bench = await alertBench()
    await fireAndEnd(bench, 'a', 0, 60)
    bench.clock.jump(30 * day)
    expect(await retain(bench)).toEqual({})
    await closeAll(bench)
    bench.clock.jump(7 * day)
    expect(await retain(bench)).toEqual({})
    bench.clock.jump(1)
    expect(await retain(bench)).toEqual({ alerts: 1 })
    expect(bench.alerts()).toEqual([])
    const [incident] = await incidents(bench)
    expect(await history(bench)).toMatchObject([
      { kind: 'episode', alertname: 'KubePodCrashLooping', startsAt: at(0), endsAt: at(60), incidentId: incident?.id },
    ])
    expect(bench.log().filter(({ type }) => type === 'retention-applied')).toMatchObject([{ data: { alerts: 1 } }])
    expect((await verifyAudit(bench.store, tenant, {}, ctx)).findings).toEqual([])
    expect(await timeline(bench.parts, tenant, incident?.id ?? '', { format: 'json' }, ctx)).toMatchObject({
      span: { began: at(0) },
      impact: { alerts: 1, symptoms: [{ total: 1 }] },
    })
  })

  it('keeps an alert whose earlier episode belongs to an incident that is open', async () => {
    const bench = await alertBench()
    await fireAndEnd(bench, 'a', 0, 60)
    const [first] = await incidents(bench)
    // Nothing ties the second episode to the first incident any more, which stays open all the same.
    await bench.commit({ put: [{ kind: 'drop-correlation-keys', incidentId: first?.id ?? '' }] })
    const open = bench.store.get('incident', tenant, first?.id ?? '', ctx)
    await bench.commit({
      put: [{ kind: 'document', table: 'incident', row: { ...(first as Incident), phase: 'closed' } }],
    })
    await fireAndEnd(bench, 'a', 600, 660)
    const [, second] = await incidents(bench)
    expect(second?.id).not.toBe(first?.id)
    await bench.commit({
      put: [
        {
          kind: 'document',
          table: 'incident',
          row: { ...((await open) as Incident), phase: 'handed-over', revision: 2 },
        },
      ],
    })
    const row: Incident = { ...(second as Incident), phase: 'closed', phaseSince: bench.clock.now() }
    await bench.commit({ put: [{ kind: 'document', table: 'incident', row }] })
    bench.clock.jump(20 * day)
    expect(await retain(bench)).toEqual({})
    const members = await bench.store.members({ tenant, incidentId: first?.id ?? '', limit: 10 }, ctx)
    expect(members).toMatchObject([{ episode: 1, alert: { episode: 2 } }])
    await closeAll(bench)
    bench.clock.jump(8 * day)
    expect(await retain(bench)).toEqual({ alerts: 1 })
    expect(await history(bench)).toMatchObject([
      { episode: 1, startsAt: at(0), incidentId: first?.id },
      { episode: 2, startsAt: at(600), incidentId: second?.id },
    ])
  })

  it('keeps alerts of an incident that was merged into an open one', async () => {
    const bench = await alertBench()
    await fireAndEnd(bench, 'a', 0, 60)
    await fireAndEnd(bench, 'b', 0, 60)
    const [first, second] = await incidents(bench)
    const row: Incident = {
      ...(second as Incident),
      phase: 'closed',
      phaseSince: bench.clock.now(),
      mergedInto: first?.id ?? '',
    }
    await bench.commit({ put: [{ kind: 'document', table: 'incident', row }] })
    bench.clock.jump(30 * day)
    expect(await retain(bench)).toEqual({})
    await closeAll(bench)
    bench.clock.jump(8 * day)
    expect(await retain(bench)).toEqual({ alerts: 2 })
  })

  it('keeps what hangs on an incident that was merged into an open one', async () => {
    const bench = await alertBench()
    await fireAndEnd(bench, 'a', 0, 60)
    await fireAndEnd(bench, 'b', 0, 60)
    const [into, from] = (await incidents(bench)).map(({ id }) => id)
    if (into === undefined || from === undefined) throw new Error('expected two incidents')
    await bench.commit({ put: [{ kind: 'move-members', from, into }] })
    await closeAll(bench, { mergedInto: into })
    const open = await bench.store.get('incident', tenant, into, ctx)
    const { mergedInto: _, ...rest } = open as Incident
    await bench.commit({ put: [{ kind: 'document', table: 'incident', row: { ...rest, phase: 'escalated' } }] })
    bench.clock.jump(500 * day)
    expect(await retain(bench)).toEqual({})
    await closeAll(bench)
    bench.clock.jump(500 * day)
    expect(await retain(bench)).toMatchObject({ alerts: 2, incidents: 2 })
  })

  it('keeps what fires, what is silenced and what waits for correlation, however old', async () => {
    const bench = await alertBench()
    const start = { startsAt: at(0) }
    await bench.ingest([podAlert('fires', start), podAlert('silenced', { ...start, status: 'suppressed' })])
    await bench.correlate()
    await bench.ingest([podAlert('waits', start)])
    await bench.ingest([podAlert('waits', { ...start, status: 'resolved', endsAt: at(1) })])
    await closeAll(bench)
    bench.clock.jump(300 * day)
    expect(await retain(bench)).toEqual({})
    expect(bench.alerts()).toHaveLength(3)
  })

  it('never loses an alert that fires again while it is moved', async () => {
    for (const when of ['before', 'after'] as const) {
      let fire: (() => Promise<unknown>) | undefined
      const racing = (store: Store): Store => ({
        ...store,
        async commit(change, given) {
          const again = change.put.some(({ kind }) => kind === 'drop-alerts') ? fire : undefined
          if (again === undefined) return store.commit(change, given)
          fire = undefined
          if (when === 'before') await again()
          // The other has read the row that is about to go, and writes after it is gone.
          const late = when === 'after' ? again() : undefined
          const result = await store.commit(change, given)
          await late
          return result
        },
      })
      const bench = await alertBench({ wrap: racing })
      await fireAndEnd(bench, 'a', 0, 60)
      await closeAll(bench)
      bench.clock.jump(10 * day)
      const later = 10 * 86_400
      fire = () => bench.ingest([podAlert('a', { startsAt: at(later) })], { asOf: at(later) })
      const done = await retain(bench)
      expect(done).toEqual(when === 'before' ? {} : { alerts: 1 })
      expect(bench.only()).toMatchObject({ status: 'firing', startsAt: at(later), correlated: 'pending' })
      expect(await history(bench)).toMatchObject([{ startsAt: at(0), endsAt: at(60) }])
      await bench.correlate()
      expect(await incidents(bench)).toMatchObject([{ phase: 'closed' }, { phase: 'open' }])
    }
  })

  it('holds a batch to its size, and comes to the end of any backlog', async () => {
    const bench = await alertBench({ settings: { retention: { batchRows: 10 } } })
    for (let index = 0; index < 11; index += 1) await fireAndEnd(bench, `pod-${index}`, 0, 60)
    await closeAll(bench)
    bench.clock.jump(8 * day)
    expect(await retain(bench)).toEqual({ alerts: 11 })
    const runs = bench.log().filter(({ type }) => type === 'retention-applied')
    expect(runs.map(({ data }) => data['alerts'])).toEqual([3, 3, 3, 2])
    expect(bench.alerts()).toEqual([])
  })

  it('goes by the times of the tenant where it has its own', async () => {
    const retention = { tenants: { [tenant]: { alertsMs: 3_600_000 } } }
    const bench = await alertBench({ settings: { retention } })
    await fireAndEnd(bench, 'a', 0, 60)
    await closeAll(bench)
    bench.clock.jump(3_600_001)
    expect(await retain(bench)).toEqual({ alerts: 1 })
  })
})

describe('history that grows old', () => {
  async function withHistory(more = {}) {
    const bench = await alertBench({ settings: { retention: { ...more } } })
    const label = (pod: string) => ({ labels: { team: 'shop', run: pod } })
    for (const [pod, from, to] of [
      ['a', 0, 60],
      ['a', 3_600, 3_720],
      ['b', 7_200, 7_230],
      ['a', 86_400, 86_460],
    ] as const) {
      const told = { annotations: { summary: `${pod} restarts` }, ...label(pod) }
      await fireAndEnd(bench, pod, from, to, told)
    }
    await closeAll(bench)
    bench.clock.jump(10 * day)
    expect(await retain(bench)).toEqual({ alerts: 2 })
    expect(await history(bench)).toHaveLength(4)
    return bench
  }

  it('loses annotations first, is then counted by day, name and object, and goes at last', async () => {
    const bench = await withHistory()
    expect((await history(bench)).every((row) => row.kind === 'episode' && row.annotations['summary'])).toBe(true)
    bench.clock.jump(25 * day)
    expect(await retain(bench)).toEqual({ outlined: 4 })
    expect((await history(bench)).map(({ kind }) => kind)).toEqual(['outline', 'outline', 'outline', 'outline'])
    bench.clock.jump(60 * day)
    expect(await retain(bench)).toEqual({ folded: 4 })
    const shared = { alertname: 'KubePodCrashLooping', namespace: 'shop', team: 'shop' }
    expect(await history(bench)).toMatchObject([
      {
        kind: 'day',
        startsAt: at(0),
        endsAt: at(86_400),
        episodes: 2,
        firingMs: 180_000,
        labels: { pod: 'a', ...shared },
      },
      { kind: 'day', startsAt: at(0), episodes: 1, firingMs: 30_000, labels: { pod: 'b', ...shared } },
      { kind: 'day', startsAt: at(86_400), episodes: 1, firingMs: 60_000, labels: { pod: 'a', ...shared } },
    ])
    bench.clock.jump(1_100 * day)
    expect(await retain(bench)).toEqual({ history: 3, incidents: expect.any(Number) })
    expect(await history(bench)).toEqual([])
    expect((await verifyAudit(bench.store, tenant, {}, ctx)).findings).toEqual([])
  })

  it('adds to a day that is there already, and keeps the labels that all of it shared', async () => {
    const [whole, parts] = [await alertBench(), await alertBench()]
    const outline = (index: number): AlertHistoryRow => ({
      ...{ kind: 'outline', tenant, alertname: 'Broken', cluster: 'prod', source: 'am', episode: 1 },
      id: `${historyPlace('alerts', Date.parse(at(index * 3_600)))}-${index}`,
      alertId: `alert_${index}`,
      labels: { alertname: 'Broken', team: 'shop', run: `run ${index}` },
      startsAt: at(index * 3_600),
      endsAt: at(index * 3_600 + 60),
    })
    const put = [{ kind: 'history', rows: [0, 1, 2].map(outline) }] as const
    for (const bench of [whole, parts]) await bench.commit({ put })
    // One of the three is old enough, and then the others.
    parts.clock.jump(90 * day + 1_800_000)
    expect(await retain(parts)).toEqual({ folded: 1 })
    for (const bench of [whole, parts]) {
      bench.clock.jump(Date.parse(at(100 * 86_400)) - bench.clock.now())
      await retain(bench)
    }
    expect(await history(parts)).toEqual(await history(whole))
    expect(await history(parts)).toMatchObject([{ kind: 'day', episodes: 3, firingMs: 180_000 }])
    expect((await history(parts))[0]?.labels).toEqual({ alertname: 'Broken', team: 'shop' })
  })

  it('keeps whole what belongs to an open incident', async () => {
    const bench = await withHistory()
    const [incident] = await incidents(bench)
    const row: Incident = { ...(incident as Incident), phase: 'handed-over' }
    await bench.commit({ put: [{ kind: 'document', table: 'incident', row }] })
    bench.clock.jump(100 * day)
    await retain(bench)
    const kept = (await history(bench)).filter((each) => each.kind === 'episode')
    expect(kept.length).toBeGreaterThan(0)
    for (const each of kept) expect(each).toMatchObject({ incidentId: incident?.id })
  })

  it('is kept for ever when the settings say so', async () => {
    const bench = await withHistory({ episodesMs: 'forever', historyMs: 'forever', incidentsMs: 'forever' })
    bench.clock.jump(5_000 * day)
    expect(await retain(bench)).toEqual({ outlined: 4 })
  })
})

describe('settings of retention', () => {
  it.each([
    [{ alertsMs: 40 * day }, 'settings.retention.annotationsMs'],
    [{ annotationsMs: 91 * day }, 'settings.retention.episodesMs'],
    [{ episodesMs: 'forever' }, 'settings.retention.historyMs'],
    [{ noticesMs: 'forever' }, 'settings.retention.incidentsMs'],
    [{ tenants: { shop: { historyMs: day } } }, 'settings.retention.tenants.shop.historyMs'],
  ] as const)('%j is refused', async (retention, path) => {
    await expect(alertBench({ settings: { retention } })).rejects.toMatchObject({ code: 'config', path })
  })

  it('that would drop what policies look back at are refused', async () => {
    const settings = { decision: { lookBackMs: 200 * day }, retention: { incidentsMs: 120 * day } }
    await expect(alertBench({ settings })).rejects.toMatchObject({ path: 'settings.retention.incidentsMs' })
  })
})
