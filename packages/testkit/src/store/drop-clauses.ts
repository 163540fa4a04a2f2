import { strict as assert } from 'node:assert'
import { historyOf } from '@mendkit/core'
import { callContext } from '../call-context.ts'
import type { Contract } from '../contract.ts'
import { aCommand, aDraft, aMember, anAlert, tenant } from './rows.ts'
import { alertNow, allMembers, commit, committed, conflicted, counts, joins, stored } from './steps.ts'
import type { StoreSubject } from './subject.ts'

const ctx = callContext()
const counted = (firing: number, total: number) => [['PodCrashLooping', 'checkout', firing, 0, total]]

/** What retention takes away. */
export const dropClauses: Contract<StoreSubject> = [
  {
    says: 'deletes an alert with its members and goes on counting them; it can come again as a new one',
    async check(make) {
      const { store, another } = await make()
      await stored(store, [anAlert(), anAlert({ id: 'alert_2' })])
      await committed(store, { put: joins(await alertNow(store, 'alert_1'), 'inc_1') })
      await committed(store, { put: joins(await alertNow(store, 'alert_2'), 'inc_1') })
      const over = { ...(await alertNow(store, 'alert_1')), status: 'resolved' } as const
      await committed(store, { put: [{ kind: 'alerts', rows: [over] }] })
      const { revision } = await alertNow(store, 'alert_1')
      await committed(store, { put: [{ kind: 'drop-alerts', rows: [{ id: 'alert_1', revision }] }] })
      const other = await another()
      assert.deepEqual(await other.alerts(tenant, ['alert_1'], ctx), [])
      assert.deepEqual(
        (await allMembers(other, 'inc_1')).map(({ alertId }) => alertId),
        ['alert_2'],
      )
      assert.deepEqual(await counts(other, 'inc_1'), counted(1, 2))
      await stored(store, [anAlert()])
      assert.deepEqual(await counts(other, 'inc_1'), counted(1, 2))
      assert.deepEqual(
        (await other.pendingAlerts({ limit: 10 }, ctx)).map(({ id }) => id),
        ['alert_1'],
      )
    },
  },
  {
    says: 'takes an alert that fires and is deleted out of every count and sweep',
    async check(make) {
      const { store } = await make()
      await stored(store, [anAlert()])
      await committed(store, {
        put: [{ kind: 'alerts', rows: [{ ...(await alertNow(store, 'alert_1')), incidentId: 'inc_1' }] }],
      })
      assert.deepEqual(await counts(store, 'inc_1'), counted(1, 0))
      await committed(store, { put: [{ kind: 'drop-alerts', rows: [{ id: 'alert_1', revision: 2 }] }] })
      assert.deepEqual(await counts(store, 'inc_1'), [])
      assert.deepEqual(await store.pendingAlerts({ limit: 10 }, ctx), [])
      assert.deepEqual(
        await store.staleAlerts({ tenant, source: 'am', seenBefore: '2027-01-01T00:00:00Z', limit: 10 }, ctx),
        [],
      )
    },
  },
  {
    says: 'lets one of two changes through when an alert is deleted while it fires again, and loses nothing',
    async check(make) {
      for (const fires of ['first', 'last'] as const) {
        const { store, another } = await make()
        const [over] = await stored(store, [anAlert({ status: 'resolved', correlated: 'done' })])
        assert.ok(over)
        const again = () =>
          commit(store, {
            put: [{ kind: 'alerts', rows: [{ ...over, episode: 2, status: 'firing', correlated: 'pending' }] }],
          })
        const other = await another()
        const move = () =>
          commit(other, {
            put: [
              { kind: 'history', rows: [historyOf(over)] },
              { kind: 'drop-alerts', rows: [{ id: over.id, revision: over.revision }] },
            ],
            audit: [aDraft()],
          })
        const results = await Promise.all(fires === 'first' ? [again(), move()] : [move(), again()])
        assert.deepEqual(results.map(({ kind }) => kind).sort(), ['committed', 'conflict'])
        const left = await store.alerts(tenant, [over.id], ctx)
        const history = await store.history({ tenant, of: 'alerts', limit: 10 }, ctx)
        assert.equal(left.length + history.length, 1)
      }
    },
  },
  {
    says: 'leaves everything when one of the rows to delete has moved',
    async check(make) {
      const { store } = await make()
      const [first, second] = await stored(store, [anAlert(), anAlert({ id: 'alert_2' })])
      assert.ok(first && second)
      await committed(store, { put: joins(first, 'inc_1') })
      const rows = [
        { id: 'alert_2', revision: second.revision },
        { id: 'alert_1', revision: first.revision },
      ]
      assert.match(await conflicted(store, { put: [{ kind: 'drop-alerts', rows }] }), /alert_1/)
      assert.equal((await store.alerts(tenant, ['alert_1', 'alert_2'], ctx)).length, 2)
      assert.equal((await allMembers(store, 'inc_1')).length, 1)
      assert.match(
        await conflicted(store, { put: [{ kind: 'drop-alerts', rows: [{ id: 'unknown', revision: 1 }] }] }),
        /unknown/,
      )
    },
  },
  {
    says: 'deletes documents by revision, from every list',
    async check(make) {
      const { store } = await make()
      const put = ['a', 'b', 'c'].map((id) => ({ kind: 'document', table: 'command', row: aCommand({ id }) }) as const)
      await committed(store, { put })
      const drop = (rows: readonly { readonly id: string; readonly revision: number }[]) =>
        ({ put: [{ kind: 'drop-documents', table: 'command', rows }] }) as const
      assert.match(
        await conflicted(
          store,
          drop([
            { id: 'a', revision: 1 },
            { id: 'b', revision: 2 },
          ]),
        ),
        /command b/,
      )
      assert.notEqual(await store.get('command', tenant, 'a', ctx), undefined)
      await committed(
        store,
        drop([
          { id: 'a', revision: 1 },
          { id: 'c', revision: 1 },
        ]),
      )
      assert.equal(await store.get('command', tenant, 'a', ctx), undefined)
      const queries = [{}, { incidentId: 'inc_1' }, { states: ['pending'] }]
      for (const query of queries) {
        const rows = await store.list('command', { tenant, limit: 10, ...query }, ctx)
        assert.deepEqual(
          rows.map(({ id }) => id),
          ['b'],
        )
      }
      await committed(store, { put: [{ kind: 'document', table: 'command', row: aCommand({ id: 'a' }) }] })
      assert.equal((await store.get('command', tenant, 'a', ctx))?.revision, 1)
    },
  },
  {
    says: 'deletes members, symptoms and keys of an incident once no alert names it, and not before',
    async check(make) {
      const { store } = await make()
      await stored(store, [anAlert()])
      await committed(store, { put: joins(await alertNow(store, 'alert_1'), 'inc_1') })
      await committed(store, {
        put: [
          { kind: 'members', rows: [aMember({ incidentId: 'inc_2' })] },
          { kind: 'correlation-key', cluster: 'prod', key: 'k', incidentId: 'inc_1', from: 0, until: 1 },
        ],
      })
      assert.match(await conflicted(store, { put: [{ kind: 'drop-members', incidentId: 'inc_1' }] }), /alert_1/)
      assert.deepEqual(await counts(store, 'inc_1'), counted(1, 1))
      await committed(store, { put: [{ kind: 'drop-alerts', rows: [{ id: 'alert_1', revision: 2 }] }] })
      await committed(store, { put: [{ kind: 'drop-members', incidentId: 'inc_1' }] })
      assert.deepEqual(await counts(store, 'inc_1'), [])
      assert.deepEqual(await store.correlationKeys(tenant, 'prod', ['k'], ctx), [])
      assert.deepEqual(await counts(store, 'inc_2'), counted(0, 1))
    },
  },
]
