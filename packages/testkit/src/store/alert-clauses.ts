import { strict as assert } from 'node:assert'
import { callContext } from '../call-context.ts'
import type { Contract } from '../contract.ts'
import { aDraft, aMember, anAlert, tenant } from './rows.ts'
import { alertNow, allMembers, commit, committed, conflicted, joins, stored } from './steps.ts'
import type { StoreSubject } from './subject.ts'

const ctx = callContext()
const minute = (index: number) => new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString()

/** Alerts, members and their sweeps. */
export const alertClauses: Contract<StoreSubject> = [
  {
    says: 'reads alerts back as they were written, leaves unknown ids out, and keeps tenants apart',
    async check(make) {
      const { store, another } = await make()
      const odd = anAlert({
        id: 'alert_2',
        labels: { alertname: 'Ünïcode', half: '\ud800', nul: '\u0000', '': 'empty' },
      })
      await stored(store, [anAlert(), odd])
      const read = await (await another()).alerts(tenant, ['alert_2', 'alert_3', 'alert_1', 'alert_2'], ctx)
      assert.deepEqual(
        read.toSorted((left, right) => (left.id < right.id ? -1 : 1)),
        [anAlert({ revision: 1 }), { ...odd, revision: 1 }],
      )
      assert.deepEqual(await store.alerts('globex', ['alert_1'], ctx), [])
    },
  },
  {
    says: 'compares and swaps every alert of a put; one that moved leaves all as they were',
    async check(make) {
      const { store, another } = await make()
      const other = await another()
      const [first, second] = await stored(store, [anAlert(), anAlert({ id: 'alert_2' })])
      assert.ok(first && second)
      await stored(other, [{ ...second, missed: 1 }])
      const rows = [{ ...first, missed: 7 }, { ...second, missed: 7 }, anAlert({ id: 'alert_3' })]
      assert.match(await conflicted(store, { put: [{ kind: 'alerts', rows }], audit: [aDraft()] }), /alert_2/)
      assert.equal((await alertNow(store, 'alert_1')).missed, 0)
      assert.deepEqual(await store.alerts(tenant, ['alert_3'], ctx), [])
      assert.match(
        await conflicted(store, { put: [{ kind: 'alerts', rows: [anAlert({ id: 'alert_3' }), anAlert()] }] }),
        /alert_1/,
      )
      assert.match(
        await conflicted(store, { put: [{ kind: 'alerts', rows: [anAlert({ id: 'alert_9', revision: 4 })] }] }),
        /alert_9/,
      )
      assert.equal((await store.auditHead(tenant, ctx)).size, 0)
    },
  },
  {
    says: 'applies puts in order, so that one change may write an alert twice',
    async check(make) {
      const { store } = await make()
      const rows = [anAlert()]
      await committed(store, {
        put: [
          { kind: 'alerts', rows },
          { kind: 'alerts', rows: [anAlert({ revision: 1, missed: 3 })] },
        ],
      })
      assert.deepEqual(await alertNow(store, 'alert_1'), anAlert({ revision: 2, missed: 3 }))
    },
  },
  {
    says: 'lists alerts that wait for correlation, oldest first, over all tenants, until they are done',
    async check(make) {
      const { store } = await make()
      const rows = [4, 2, 0, 3].map((index) => anAlert({ id: `alert_${index}`, startsAt: minute(index) }))
      const kept = await stored(store, [...rows, anAlert({ id: 'done', correlated: 'done' })])
      await committed(store, {
        tenant: 'globex',
        put: [
          {
            kind: 'alerts',
            rows: [anAlert({ tenant: 'globex', id: 'alert_1', startsAt: '2026-01-01T01:01:00+01:00' })],
          },
        ],
      })
      const ids = async (limit: number) => (await store.pendingAlerts({ limit }, ctx)).map((alert) => alert.id)
      assert.deepEqual(await ids(100), ['alert_0', 'alert_1', 'alert_2', 'alert_3', 'alert_4'])
      assert.deepEqual(await ids(2), ['alert_0', 'alert_1'])
      const [, second] = await store.pendingAlerts({ limit: 2 }, ctx)
      assert.ok(second)
      const behind = await store.pendingAlerts({ after: second, limit: 2 }, ctx)
      assert.deepEqual(
        behind.map((alert) => alert.id),
        ['alert_2', 'alert_3'],
      )
      const done = kept.filter((alert) => alert.id === 'alert_0' || alert.id === 'alert_3')
      await stored(
        store,
        done.map((alert) => ({ ...alert, correlated: 'done' })),
      )
      assert.deepEqual(await ids(100), ['alert_1', 'alert_2', 'alert_4'])
      const [back] = done
      assert.ok(back)
      await stored(store, [{ ...back, revision: 2, episode: 2, correlated: 'pending', startsAt: minute(9) }])
      assert.deepEqual(await ids(100), ['alert_1', 'alert_2', 'alert_4', 'alert_0'])
    },
  },
  {
    says: 'leaves no pending alert out behind one that is not there',
    async check(make) {
      const { store } = await make()
      await stored(
        store,
        [1, 2, 3].map((index) => anAlert({ id: `alert_${index}`, startsAt: minute(index === 1 ? 1 : 2) })),
      )
      const gone = { startsAt: minute(2), tenant, id: 'alert_0' }
      const behind = await store.pendingAlerts({ after: gone, limit: 10 }, ctx)
      assert.deepEqual(
        behind.map(({ id }) => id),
        ['alert_2', 'alert_3'],
      )
    },
  },
  {
    says: 'stores no next revision of an alert that is not there',
    async check(make) {
      const { store } = await make()
      const put = [{ kind: 'alerts', rows: [anAlert({ id: 'gone', revision: 3 })] }] as const
      const { kind } = await store.commit({ tenant, expect: [], put, audit: [] }, ctx)
      assert.equal(kind, 'conflict')
      assert.deepEqual(await store.alerts(tenant, ['gone'], ctx), [])
    },
  },
  {
    says: 'lists unresolved alerts of a source that were last seen before a moment, page by page',
    async check(make) {
      const { store } = await make()
      const seen = (id: string, at: number, more = {}) => anAlert({ id, lastSeenAt: minute(at), ...more })
      const [, b] = await stored(store, [
        seen('d', 1),
        seen('b', 1, { status: 'suppressed' }),
        seen('a', 1, { status: 'resolved' }),
        seen('c', 5),
        seen('e', 4),
        seen('f', 1, { source: 'other' }),
      ])
      const stale = async (more: object) =>
        (await store.staleAlerts({ tenant, source: 'am', seenBefore: minute(5), limit: 10, ...more }, ctx)).map(
          (alert) => alert.id,
        )
      const all = await stale({})
      assert.deepEqual(all.toSorted(), ['b', 'd', 'e'])
      const [first, second, third] = all
      assert.deepEqual(await stale({ limit: 2 }), [first, second])
      assert.deepEqual(await stale({ limit: 1, after: first }), [second])
      assert.deepEqual(await stale({ limit: 2, after: second }), [third])
      assert.deepEqual(await stale({ after: third }), [])
      assert.deepEqual((await stale({ seenBefore: '2026-01-01T01:04:00+01:00' })).toSorted(), ['b', 'd'])
      assert.deepEqual(await stale({ source: 'other' }), ['f'])
      assert.deepEqual(await stale({ tenant: 'globex' }), [])
      assert.ok(b)
      const [ended] = await stored(store, [{ ...b, status: 'resolved' }])
      assert.ok(ended)
      assert.deepEqual((await stale({})).toSorted(), ['d', 'e'])
      await stored(store, [{ ...ended, status: 'firing' }])
      assert.deepEqual(await stale({}), all)
    },
  },
  {
    says: 'pages members by alert and episode, each with its alert, and takes one that exists only once',
    async check(make) {
      const { store } = await make()
      const rows = ['b', 'a', 'c'].map((id) => anAlert({ id }))
      await stored(store, rows)
      const members = rows.flatMap((row) => [2, 10, 1].map((episode) => aMember({ alertId: row.id, episode })))
      await committed(store, { put: [{ kind: 'members', rows: members }] })
      const again = members.map((member) => ({ ...member, because: ['another reason'] }))
      await committed(store, { put: [{ kind: 'members', rows: [...again, aMember({ alertId: 'a', episode: 3 })] }] })
      const wanted = [1, 2, 3, 10].map((episode) => aMember({ alertId: 'a', episode }))
      wanted.push(...['b', 'c'].flatMap((alertId) => [1, 2, 10].map((episode) => aMember({ alertId, episode }))))
      for (const limit of [1, 2, 3, 1_000]) assert.deepEqual(await allMembers(store, 'inc_1', limit), wanted)
      assert.deepEqual(await store.members({ tenant: 'globex', incidentId: 'inc_1', limit: 9 }, ctx), [])
    },
  },
  {
    says: 'refuses a member of an alert that is not stored, with its path, and keeps the rest of the group',
    async check(make) {
      const { store } = await make()
      const [alert] = await stored(store, [anAlert()])
      assert.ok(alert)
      const lost = { kind: 'members', rows: [aMember(), aMember({ alertId: 'alert_404' })] } as const
      const results = await Promise.allSettled([
        commit(store, { put: [{ kind: 'counter', name: 'c', add: 1 }] }),
        commit(store, { put: [{ kind: 'counter', name: 'c', add: 1 }, lost], audit: [aDraft()] }),
        commit(store, { put: joins(alert, 'inc_2') }),
      ])
      assert.deepEqual(
        results.map((result) => result.status),
        ['fulfilled', 'rejected', 'fulfilled'],
      )
      const reason = results[1]?.status === 'rejected' ? results[1].reason : undefined
      assert.deepEqual([reason.code, reason.path], ['invalid', 'put[1].rows[1].alertId'])
      assert.equal(await store.counter(tenant, 'c', ctx), 1)
      assert.deepEqual(await allMembers(store, 'inc_1'), [])
      assert.equal((await allMembers(store, 'inc_2')).length, 1)
    },
  },
  {
    says: 'takes 10,000 alerts in one change, then their membership in pages of 1,000',
    async check(make) {
      const { store } = await make()
      const rows = Array.from({ length: 10_000 }, (_, index) =>
        anAlert({ id: `alert_${String(index).padStart(5, '0')}` }),
      )
      await committed(store, { put: [{ kind: 'alerts', rows }], audit: [aDraft()] })
      for (
        let page = await store.pendingAlerts({ limit: 1_000 }, ctx);
        page.length > 0;
        page = await store.pendingAlerts({ limit: 1_000 }, ctx)
      ) {
        const joined = page.map((alert) => ({ ...alert, incidentId: 'inc_1', correlated: 'done' as const }))
        const members = page.map((alert) => aMember({ alertId: alert.id }))
        await committed(store, {
          put: [
            { kind: 'alerts', rows: joined },
            { kind: 'members', rows: members },
          ],
        })
      }
      const [symptom] = await store.symptoms(tenant, 'inc_1', ctx)
      assert.deepEqual([symptom?.firing, symptom?.total], [10_000, 10_000])
      assert.deepEqual(
        (await allMembers(store, 'inc_1')).map((member) => member.alertId),
        rows.map((row) => row.id),
      )
    },
  },
]
