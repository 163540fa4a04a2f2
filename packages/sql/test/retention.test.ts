import { createMendkit, parseAuditEntry, silentLogger, systemClock } from '@mendkit/core'
import { callContext, verifyLog } from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { openStore, temporaryFile } from './folder.ts'
import { startChild } from './processes/child.ts'
import { aChange, aDraft, anAlert, tenant } from './rows.ts'

const ctx = callContext()
const total = 60
const ids = Array.from({ length: total }, (_, index) => `alert_${index}`)

/** Alerts of long ago that belong to no incident, as a store holds them when nobody has moved them. */
function overLongAgo(id: string, index: number) {
  const startsAt = new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString()
  const over = { status: 'resolved', correlated: 'done', startsAt, endsAt: startsAt, lastSeenAt: startsAt } as const
  return { ...anAlert(id), ...over }
}

test('a host that is killed while it moves alerts leaves each either an alert or history, and the next one goes on', async () => {
  const file = temporaryFile()
  const first = await openStore(file)
  await first.commit(aChange({ put: [{ kind: 'alerts', rows: ids.map(overLongAgo) }], audit: [aDraft(1)] }), ctx)
  await first.close()
  for (const lines of [2, 6]) {
    const child = startChild('./retain.ts', file)
    await child.printed(lines)
    await child.kill()
    const store = await openStore(file)
    const left = await store.alerts(tenant, ids, ctx)
    const history = await store.history({ tenant, of: 'alerts', limit: 1_000 }, ctx)
    const moved = history.flatMap((row) => ('alertId' in row ? [row.alertId] : []))
    expect([...left.map(({ id }) => id), ...moved].sort()).toEqual(ids.toSorted())
    const entries = (await store.readAudit({ tenant, from: 0, limit: 1_000 }, ctx)).map(({ bytes }) =>
      parseAuditEntry(bytes),
    )
    const told = entries.flatMap(({ type, data }) => (type === 'retention-applied' ? [Number(data['alerts'])] : []))
    expect(told.reduce((sum, alerts) => sum + alerts, 0)).toBe(moved.length)
    expect(await verifyLog(store)).toBe(entries.length)
    await store.close()
  }
}, 60_000)

test('alerts that are over leave the file, and are found in it by what they were', async () => {
  const file = temporaryFile()
  const store = await openStore(file)
  await store.commit(aChange({ put: [{ kind: 'alerts', rows: ids.map(overLongAgo) }], audit: [aDraft(1)] }), ctx)
  const stopping = new AbortController()
  const mendkit = createMendkit({
    store,
    settings: { engine: { sweepMs: 10 }, retention: { everyMs: 1_000 } },
    system: { log: silentLogger },
  })
  const running = mendkit.run({ signal: stopping.signal })
  while ((await store.alerts(tenant, ids, ctx)).length > 0) await systemClock.sleep(20, ctx.signal)
  stopping.abort()
  await running
  const { history } = mendkit.as({ id: 'test', roles: [], tenant, via: 'test' })
  const found = await history.alerts({ match: 'alertname="PodCrashLooping"', until: '2026-01-01T00:02:00Z' })
  expect(found.rows.map(({ startsAt }) => startsAt)).toEqual(['2026-01-01T00:01:00.000Z', '2026-01-01T00:00:00.000Z'])
  await mendkit.close()
}, 60_000)
