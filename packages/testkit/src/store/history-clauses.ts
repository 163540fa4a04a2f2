import { strict as assert } from 'node:assert'
import { type Alert, type HistoryRow, historyOf, type Resource, resourceKey, type Store } from '@mendkit/core'
import { callContext } from '../call-context.ts'
import type { Contract } from '../contract.ts'
import { anAlert, tenant } from './rows.ts'
import { commit, committed, conflicted, stored } from './steps.ts'
import type { StoreSubject } from './subject.ts'

const ctx = callContext()
const day = 86_400_000
const newYear = Date.UTC(2026, 0, 1)
const at = (days: number) => new Date(newYear + days * day).toISOString()
const shop = (name: string): Resource => ({ cluster: 'prod', apiVersion: 'apps/v1', kind: 'Deployment', name })

/** An episode that began on a day, counted from New Year. */
function episode(days: number, given: Partial<Alert> = {}): HistoryRow {
  const over = { startsAt: at(days), endsAt: at(days + 0.5), status: 'resolved' } as const
  return historyOf(anAlert({ id: `alert_${days}`, ...over, ...given }))
}

async function idsOf(store: Store, query: Partial<Parameters<Store['history']>[0]>): Promise<readonly string[]> {
  return (await store.history({ tenant, of: 'alerts', limit: 10, ...query }, ctx)).map(({ id }) => id)
}

/** What is remembered of alerts that are over. */
export const historyClauses: Contract<StoreSubject> = [
  {
    says: 'reads history back as it was written, in the order of its starts, and keeps tenants apart',
    async check(make) {
      const { store, another } = await make()
      const rows = [episode(2), episode(-30_000), episode(1, { annotations: {} })]
      await committed(store, { put: [{ kind: 'history', rows }] })
      const other = await another()
      const wanted = [rows[1], rows[2], rows[0]]
      assert.deepEqual(await other.history({ tenant, of: 'alerts', limit: 10 }, ctx), wanted)
      assert.deepEqual(
        await other.history({ tenant, of: 'alerts', limit: 10, descending: true }, ctx),
        wanted.toReversed(),
      )
      assert.deepEqual(await other.history({ tenant: 'globex', of: 'alerts', limit: 10 }, ctx), [])
    },
  },
  {
    says: 'pages through history both ways, and finds it by time, incident, alert, name, resource and kind',
    async check(make) {
      const { store } = await make()
      const rows = Array.from({ length: 6 }, (_, index) =>
        episode(index, {
          labels: { alertname: index % 2 === 0 ? 'Even' : 'Odd' },
          topmost: shop(index < 3 ? 'cart' : 'checkout'),
          ...(index > 0 && { incidentId: `inc_${index % 3}` }),
        }),
      )
      await committed(store, { put: [{ kind: 'history', rows }] })
      const ids = rows.map(({ id }) => id)
      const pick = (...indexes: readonly number[]) => indexes.map((index) => ids[index])
      assert.deepEqual(await idsOf(store, { limit: 2, after: ids[1] as string }), pick(2, 3))
      assert.deepEqual(await idsOf(store, { limit: 2, after: ids[4] as string, descending: true }), pick(3, 2))
      assert.deepEqual(await idsOf(store, { since: newYear + day, until: newYear + 3 * day }), pick(1, 2))
      assert.deepEqual(await idsOf(store, { until: newYear + 3 * day, descending: true }), pick(2, 1, 0))
      assert.deepEqual(await idsOf(store, { incidentId: 'inc_1' }), pick(1, 4))
      assert.deepEqual(await idsOf(store, { alertId: 'alert_3' }), pick(3))
      assert.deepEqual(await idsOf(store, { name: 'Even', descending: true }), pick(4, 2, 0))
      assert.deepEqual(await idsOf(store, { resourceKey: resourceKey(shop('cart')) }), pick(0, 1, 2))
      assert.deepEqual(await idsOf(store, { resourceKey: resourceKey(shop('checkout')), name: 'Even' }), pick(4))
      assert.deepEqual(await idsOf(store, { kind: 'day' }), [])
      assert.deepEqual(await idsOf(store, { incidentId: 'inc_7' }), [])
      assert.deepEqual(await idsOf(store, { kind: 'episode', name: 'Odd', since: newYear + 2 * day }), pick(3, 5))
      assert.deepEqual(await idsOf(store, { name: 'Odd', limit: 2, after: ids[1] as string }), pick(3, 5))
    },
  },
  {
    says: 'puts a row of history in the place of the one with its id, and deletes rows by id',
    async check(make) {
      const { store } = await make()
      const [first, second] = [episode(1), episode(2)]
      if (first.kind !== 'episode') throw new Error('an episode was made')
      const { annotations: _, ...rest } = first
      const outline = { ...rest, kind: 'outline' } as const
      await committed(store, { put: [{ kind: 'history', rows: [first, second] }] })
      await committed(store, {
        put: [
          { kind: 'history', rows: [outline] },
          { kind: 'drop-history', ids: [second.id, 'gone'] },
        ],
      })
      assert.deepEqual(await store.history({ tenant, of: 'alerts', limit: 10 }, ctx), [outline])
      assert.deepEqual(await idsOf(store, { kind: 'episode' }), [])
      assert.deepEqual(await idsOf(store, { kind: 'outline' }), [outline.id])
      const again = { put: [{ kind: 'history', rows: [first, outline] }] } as const
      await committed(store, again)
      assert.deepEqual(await store.history({ tenant, of: 'alerts', limit: 10 }, ctx), [outline])
    },
  },
  {
    says: 'leaves history as it was when its change conflicts, and refuses a row that it could not read back',
    async check(make) {
      const { store } = await make()
      const row = episode(1)
      await committed(store, { put: [{ kind: 'history', rows: [row] }] })
      await conflicted(store, {
        put: [
          { kind: 'history', rows: [episode(2)] },
          { kind: 'drop-history', ids: [row.id] },
          { kind: 'drop-alerts', rows: [{ id: 'alert_1', revision: 1 }] },
        ],
      })
      assert.deepEqual(await store.history({ tenant, of: 'alerts', limit: 10 }, ctx), [row])
      const broken = { ...row, startsAt: 'yesterday' }
      await assert.rejects(commit(store, { put: [{ kind: 'history', rows: [broken] }] }), {
        code: 'invalid',
        path: 'put[0].rows[0].startsAt',
      })
    },
  },
  {
    says: 'finds alerts that are over, correlated and were last seen before a moment, all of them in pages',
    async check(make) {
      const { store } = await make()
      const over = { status: 'resolved', correlated: 'done', lastSeenAt: at(1), endsAt: at(1) } as const
      await stored(store, [
        ...Array.from({ length: 5 }, (_, index) => anAlert({ ...over, id: `over_${index}` })),
        anAlert({ ...over, id: 'late', lastSeenAt: at(3) }),
        anAlert({ ...over, id: 'pending', correlated: 'pending' }),
        anAlert({ id: 'fires', correlated: 'done', lastSeenAt: at(1) }),
        anAlert({ id: 'silenced', correlated: 'done', status: 'suppressed', lastSeenAt: at(1) }),
      ])
      const found: string[] = []
      for (let after: string | undefined; ; ) {
        const query = { tenant, seenBefore: at(2), limit: 2, ...(after !== undefined && { after }) }
        const { alerts, next } = await store.endedAlerts(query, ctx)
        assert.ok(alerts.length <= 2)
        found.push(...alerts.map(({ id }) => id))
        after = next
        if (after === undefined) break
      }
      assert.deepEqual(found.sort(), ['over_0', 'over_1', 'over_2', 'over_3', 'over_4'])
      assert.deepEqual((await store.endedAlerts({ tenant: 'globex', seenBefore: at(2), limit: 2 }, ctx)).alerts, [])
    },
  },
]
