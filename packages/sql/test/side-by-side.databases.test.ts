import { systemClock } from '@mendkit/core'
import { type SqlStoreOptions, sqlStore } from '@mendkit/sql'
import { makeDatabase, servers, withoutServers } from '@mendkit/testbed/databases'
import { callContext, verifyLog } from '@mendkit/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { temporaryFile } from './folder.ts'
import { aChange, aDraft, anAlert, counts, tenant } from './rows.ts'

const ctx = callContext()

describe.each(['sqlite', ...servers] as const)('two deployments in one database on %s', (kind) => {
  const places: readonly SqlStoreOptions[] =
    kind === 'postgres'
      ? [{ schema: 'red' }, { schema: 'green', prefix: 'blue_' }, { prefix: 'blue_' }, {}]
      : [{ prefix: 'blue_' }, {}]

  test('know nothing of each other, and do not wait for each other', async () => {
    const url = kind === 'sqlite' ? temporaryFile() : (await makeDatabase(kind)).url
    const stores = places.map((place) => sqlStore(url, place))
    onTestFinished(async () => void (await Promise.all(stores.map((store) => store.close()))))
    await Promise.all(stores.map((store) => store.open({ clock: systemClock }, ctx)))
    const put = (mark: number) => [
      { kind: 'alerts' as const, rows: [{ ...anAlert('alert_1'), source: `am-${mark}` }] },
      { kind: 'correlation-key' as const, cluster: 'prod', key: 'k', incidentId: 'inc_1', from: mark, until: mark },
      { kind: 'correlation-key' as const, cluster: 'prod', key: 'k', incidentId: 'inc_1', from: 9, until: 9 },
      { kind: 'raise' as const, incidentId: 'inc_1' },
      counts('c', { max: 1 }),
    ]
    // A key that is held already is widened: the statement names its table.
    const results = await Promise.all(
      stores.map((store, mark) => store.commit(aChange({ put: put(mark), audit: [aDraft(mark)] }), ctx)),
    )
    expect(results.map((result) => result.kind)).toEqual(places.map(() => 'committed'))
    for (const store of stores) await store.commit(aChange({ put: put(0).slice(1, 2) }), ctx)
    for (const [mark, store] of stores.entries()) {
      expect((await store.alerts(tenant, ['alert_1'], ctx)).map(({ source }) => source)).toEqual([`am-${mark}`])
      expect(await store.correlationKeys(tenant, 'prod', ['k'], ctx)).toMatchObject([{ from: 0, until: 9 }])
      expect(await store.claim({ owner: 'a', limit: 9, leaseMs: 60_000 }, ctx)).toHaveLength(1)
      expect(await verifyLog(store)).toBe(1)
    }
  })
})

if (servers.length === 0) test('deployments side by side on servers', ({ skip }) => skip(withoutServers))
