import { strict as assert } from 'node:assert'
import type { Redacted } from '@mendkit/core'
import { callContext } from '../call-context.ts'
import type { Contract } from '../contract.ts'
import { aCommand, anIncident, aSetting, tenant } from './rows.ts'
import { commit, committed, conflicted } from './steps.ts'
import type { StoreSubject } from './subject.ts'

const ctx = callContext()

/** Documents: compare-and-swap, listing, tenants. */
export const documentClauses: Contract<StoreSubject> = [
  {
    says: 'reads a document back as it was written, as the next revision, in every store on the same data',
    async check(make) {
      const { store, another } = await make()
      const incident = anIncident({ title: 'Ünïcode 😀 "quotes" \\ and \u0000 NUL' as Redacted })
      await committed(store, { put: [{ kind: 'document', table: 'incident', row: incident }] })
      for (const reader of [store, await another()]) {
        assert.deepEqual(await reader.get('incident', tenant, 'inc_1', ctx), { ...incident, revision: 1 })
      }
      assert.equal(await store.get('incident', tenant, 'inc_2', ctx), undefined)
      assert.equal(await store.get('setting', tenant, 'inc_1', ctx), undefined)
    },
  },
  {
    says: 'lets one of two writers of a document through and conflicts for the other, which leaves nothing',
    async check(make) {
      const { store, another } = await make()
      const other = await another()
      const put = (on: boolean, revision: number) =>
        ({ kind: 'document', table: 'setting', row: aSetting({ value: { on }, revision }) }) as const
      await committed(store, { put: [put(true, 0)] })
      await conflicted(other, { put: [put(false, 0)] })
      const beside = { kind: 'document', table: 'setting', row: aSetting({ id: 'beside' }) } as const
      const results = await Promise.all([
        commit(store, { put: [beside, put(true, 1)] }),
        commit(other, { put: [{ ...beside, row: { ...beside.row, id: 'beside-2' } }, put(false, 1)] }),
      ])
      assert.deepEqual(results.map((result) => result.kind).sort(), ['committed', 'conflict'])
      assert.equal((await store.get('setting', tenant, 'pause', ctx))?.revision, 2)
      const left = await store.list('setting', { tenant, limit: 10 }, ctx)
      assert.equal(left.length, 2, 'only what the winner put beside it is there')
    },
  },
  {
    says: 'applies puts in order, so that one change may write a document twice',
    async check(make) {
      const { store } = await make()
      const put = (on: boolean, revision: number) =>
        ({ kind: 'document', table: 'setting', row: aSetting({ value: { on }, revision }) }) as const
      await committed(store, { put: [put(true, 0), put(false, 1)] })
      assert.deepEqual(
        await store.get('setting', tenant, 'pause', ctx),
        aSetting({ value: { on: false }, revision: 2 }),
      )
    },
  },
  {
    says: 'conflicts when a document that is only expected has moved, and names it',
    async check(make) {
      const { store } = await make()
      const expectAt = (revision: number) => [{ kind: 'revision', table: 'setting', id: 'pause', revision }] as const
      await committed(store, { expect: expectAt(0), put: [{ kind: 'document', table: 'setting', row: aSetting() }] })
      const put = [{ kind: 'counter', name: 'c', add: 1 }] as const
      assert.match(await conflicted(store, { expect: expectAt(0), put }), /pause/)
      assert.match(await conflicted(store, { expect: expectAt(2), put }), /pause/)
      assert.equal(await store.counter(tenant, 'c', ctx), 0)
      await committed(store, { expect: expectAt(1), put })
    },
  },
  {
    says: 'lists documents by id, page by page, by incident and by state, as they stand now',
    async check(make) {
      const { store } = await make()
      const ids = Array.from({ length: 25 }, (_, index) => `cmd_${String(index).padStart(2, '0')}`)
      const rows = ids.map((id, index) => aCommand({ id, incidentId: `inc_${index % 2}` }))
      await committed(store, { put: rows.toReversed().map((row) => ({ kind: 'document', table: 'command', row })) })
      const done = rows
        .filter((_, index) => index % 5 === 0)
        .map((row) => ({ ...row, revision: 1, state: 'done' as const }))
      await committed(store, { put: done.map((row) => ({ kind: 'document', table: 'command', row })) })

      const list = async (query: object) =>
        (await store.list('command', { tenant, limit: 1_000, ...query }, ctx)).map((row) => row.id)
      assert.deepEqual(await list({}), ids)
      assert.deepEqual(await list({ limit: 10, after: 'cmd_09' }), ids.slice(10, 20))
      assert.deepEqual(
        await list({ incidentId: 'inc_1' }),
        ids.filter((_, index) => index % 2 === 1),
      )
      assert.deepEqual(
        await list({ states: ['done'] }),
        ids.filter((_, index) => index % 5 === 0),
      )
      assert.deepEqual(await list({ states: ['pending'], limit: 3, after: 'cmd_04' }), ['cmd_06', 'cmd_07', 'cmd_08'])
      assert.deepEqual(await list({ states: ['done', 'pending'], limit: 3 }), ids.slice(0, 3))
      assert.deepEqual(await list({ states: ['done'], incidentId: 'inc_0' }), ['cmd_00', 'cmd_10', 'cmd_20'])
      assert.deepEqual(await list({ states: ['refused'] }), [])
      assert.deepEqual(await list({ states: [] }), [])
      assert.deepEqual(await store.list('plan', { tenant, limit: 5 }, ctx), [])
    },
  },
  {
    says: 'lists documents newest first when asked to, page by page, by incident and by state',
    async check(make) {
      const { store } = await make()
      const ids = Array.from({ length: 50 }, (_, index) => `cmd_${String(index).padStart(2, '0')}`)
      const rows = ids.map((id, index) =>
        aCommand({ id, incidentId: `inc_${index % 2}`, state: index % 5 === 0 ? 'done' : 'pending' }),
      )
      await committed(store, { put: rows.map((row) => ({ kind: 'document', table: 'command', row })) })
      const list = async (query: object) =>
        (await store.list('command', { tenant, limit: 1_000, descending: true, ...query }, ctx)).map((row) => row.id)
      const newest = ids.toReversed()
      assert.deepEqual(await list({}), newest)
      assert.deepEqual(await list({ limit: 3 }), ['cmd_49', 'cmd_48', 'cmd_47'])
      assert.deepEqual(await list({ limit: 3, after: 'cmd_47' }), ['cmd_46', 'cmd_45', 'cmd_44'])
      assert.deepEqual(await list({ after: 'cmd_250' }), newest.slice(24), 'also after an id that nothing has')
      assert.deepEqual(await list({ after: 'cmd_00' }), [])
      assert.deepEqual(
        await list({ incidentId: 'inc_1' }),
        newest.filter((_, index) => index % 2 === 0),
      )
      assert.deepEqual(await list({ states: ['done'], limit: 2, after: 'cmd_45' }), ['cmd_40', 'cmd_35'])
      assert.deepEqual(await list({ states: ['done', 'pending'], limit: 3, after: 'cmd_46' }), [
        'cmd_45',
        'cmd_44',
        'cmd_43',
      ])
      const another = { kind: 'document', table: 'command', row: aCommand({ tenant: 'globex', id: 'cmd_48' }) } as const
      await committed(store, { tenant: 'globex', put: [another] })
      assert.deepEqual(await list({ limit: 2 }), ['cmd_49', 'cmd_48'])
      const everybody = await store.list('command', { descending: true, limit: 3 }, ctx)
      assert.deepEqual(
        everybody.map((row) => `${row.tenant} ${row.id}`),
        [`${tenant} cmd_49`, 'globex cmd_48', `${tenant} cmd_48`],
      )
    },
  },
  {
    says: 'lists incidents by phase and evidence by incident',
    async check(make) {
      const { store } = await make()
      await committed(store, {
        put: [
          { kind: 'document', table: 'incident', row: anIncident() },
          { kind: 'document', table: 'incident', row: anIncident({ id: 'inc_2', phase: 'closed' }) },
        ],
      })
      const ids = async (query: object) =>
        (await store.list('incident', { tenant, limit: 9, ...query }, ctx)).map((row) => row.id)
      assert.deepEqual(await ids({ states: ['closed'] }), ['inc_2'])
      assert.deepEqual(await ids({ incidentId: 'inc_1' }), ['inc_1'])
    },
  },
  {
    says: 'keeps tenants apart in documents, and lists all of them only when no tenant is named',
    async check(make) {
      const { store } = await make()
      const other = aSetting({ tenant: 'globex', value: 'theirs' })
      await committed(store, { put: [{ kind: 'document', table: 'setting', row: aSetting() }] })
      await committed(store, { tenant: 'globex', put: [{ kind: 'document', table: 'setting', row: other }] })
      assert.deepEqual(await store.get('setting', 'globex', 'pause', ctx), { ...other, revision: 1 })
      assert.deepEqual(await store.list('setting', { tenant, limit: 9 }, ctx), [aSetting({ revision: 1 })])
      assert.equal((await store.list('setting', { limit: 9 }, ctx)).length, 2)
      assert.deepEqual(await store.list('setting', { tenant: 'nobody', limit: 9 }, ctx), [])
      for (const [of, id] of [
        [tenant, 'cmd_2'],
        [tenant, 'cmd_3'],
        ['globex', 'cmd_1'],
      ] as const) {
        const put = [{ kind: 'document', table: 'command', row: aCommand({ tenant: of, id }) }] as const
        await committed(store, { tenant: of, put })
      }
      for (const states of [undefined, ['pending']]) {
        const page = await store.list('command', { limit: 2, ...(states && { states }) }, ctx)
        assert.deepEqual(
          page.map((row) => row.id),
          ['cmd_1', 'cmd_2'],
        )
      }
    },
  },
]
