import { strict as assert } from 'node:assert'
import { MendkitError, type Put } from '@mendkit/core'
import { callContext } from '../call-context.ts'
import type { Contract } from '../contract.ts'
import { verifyLog } from './audit-clauses.ts'
import { aBlob, aChange, aCommand, aDraft, aMember, anAlert, anIncident, aSetting, tenant } from './rows.ts'
import { commit, committed, conflicted } from './steps.ts'
import type { StoreSubject } from './subject.ts'

const ctx = callContext()

/** Changes that every store refuses, by the path that it names. */
const refused: readonly (readonly [path: string, put: Put])[] = [
  ['put[1].row.tenant', { kind: 'document', table: 'setting', row: aSetting({ tenant: 'globex' }) }],
  ['put[1].row.id', { kind: 'document', table: 'setting', row: aSetting({ id: '' }) }],
  ['put[1].row.id', { kind: 'document', table: 'setting', row: aSetting({ id: 'a\u0000b' }) }],
  ['put[1].row.revision', { kind: 'document', table: 'setting', row: aSetting({ revision: -1 }) }],
  ['put[1].row.revision', { kind: 'document', table: 'setting', row: aSetting({ revision: 0.5 }) }],
  ['put[1].row.value.a[1]', { kind: 'document', table: 'setting', row: aSetting({ value: { a: [1, Number.NaN] } }) }],
  ['put[1].row.value', { kind: 'document', table: 'setting', row: aSetting({ value: new Date(0) as never }) }],
  ['put[1].table', { kind: 'document', table: 'nonsense' as 'command', row: aCommand() }],
  ['put[1].row.phase', { kind: 'document', table: 'incident', row: anIncident({ phase: 'limbo' as never }) }],
  [
    'put[1].row.by.roles[0]',
    { kind: 'document', table: 'command', row: aCommand({ by: { id: 'ada', roles: [7 as never], tenant, via: 'x' } }) },
  ],
  ['put[1].rows[1].tenant', { kind: 'alerts', rows: [anAlert(), anAlert({ id: 'alert_2', tenant: 'globex' })] }],
  ['put[1].rows[0].labels.n', { kind: 'alerts', rows: [anAlert({ labels: { alertname: 'A', n: 1 as never } })] }],
  ['put[1].rows[0].labels.alertname', { kind: 'alerts', rows: [anAlert({ labels: {} })] }],
  ['put[1].rows[0].startsAt', { kind: 'alerts', rows: [anAlert({ startsAt: 'yesterday' })] }],
  [
    'put[1].rows[1].lastSeenAt',
    { kind: 'alerts', rows: [anAlert(), anAlert({ id: 'alert_2', lastSeenAt: 'yesterday' })] },
  ],
  ['put[1].rows[0].status', { kind: 'alerts', rows: [anAlert({ status: 'broken' as never })] }],
  ['put[1].rows[0].episode', { kind: 'alerts', rows: [anAlert({ episode: 0 })] }],
  ['put[1].rows[1].id', { kind: 'alerts', rows: [anAlert(), anAlert()] }],
  ['put[1].rows[0].episode', { kind: 'members', rows: [aMember({ episode: 1.5 })] }],
  ['put[1].rows[0].tenant', { kind: 'members', rows: [aMember({ tenant: 'globex' })] }],
  ['put[1].into', { kind: 'move-members', from: 'inc_1', into: 'inc_1' }],
  ['put[1].dueAt', { kind: 'schedule', incidentId: 'inc_1', dueAt: 1.5, inputs: 0, release: true }],
  ['put[1].add', { kind: 'counter', name: 'c', add: 0.1 }],
  ['put[1].blob.tenant', { kind: 'blob', blob: aBlob({ tenant: 'globex' }) }],
]

/** What a commit promises beyond its rows. */
export const commitClauses: Contract<StoreSubject> = [
  {
    says: 'answers each change of a group for itself: those that conflict leave nothing, the others stand',
    async check(make) {
      const { store } = await make()
      await committed(store, { put: [{ kind: 'document', table: 'setting', row: aSetting() }] })
      const put = (mark: number): readonly Put[] => [
        { kind: 'counter', name: 'applied', add: 1 },
        { kind: 'document', table: 'command', row: aCommand({ id: `cmd_${mark}` }) },
        { kind: 'document', table: 'setting', row: aSetting({ id: mark % 3 === 0 ? 'pause' : `own-${mark}` }) },
      ]
      const marks = Array.from({ length: 30 }, (_, mark) => mark)
      const results = await Promise.all(marks.map((mark) => commit(store, { put: put(mark), audit: [aDraft(mark)] })))
      assert.deepEqual(
        results.map((result) => result.kind),
        marks.map((mark) => (mark % 3 === 0 ? 'conflict' : 'committed')),
      )
      assert.equal(await store.counter(tenant, 'applied', ctx), 20)
      assert.equal((await store.list('command', { tenant, limit: 100 }, ctx)).length, 20)
      const seqs = results.flatMap((result) => (result.kind === 'committed' ? result.seqs : []))
      assert.deepEqual(
        seqs,
        Array.from({ length: 20 }, (_, seq) => seq),
      )
      assert.equal(await verifyLog(store), 20)
    },
  },
  {
    says: 'lets a later change of a group see what an earlier one wrote',
    async check(make) {
      const { store } = await make()
      const put = (revision: number): readonly Put[] => [
        { kind: 'document', table: 'setting', row: aSetting({ value: revision, revision }) },
      ]
      const results = await Promise.all([0, 1, 2, 2, 3].map((revision) => commit(store, { put: put(revision) })))
      assert.deepEqual(
        results.map((result) => result.kind),
        ['committed', 'committed', 'committed', 'conflict', 'committed'],
      )
      assert.equal((await store.get('setting', tenant, 'pause', ctx))?.value, 3)
    },
  },
  {
    says: 'takes several hundred changes of several tenants at once',
    async check(make) {
      const { store } = await make()
      const tenants = ['a', 'b', 'c']
      const changes = Array.from({ length: 450 }, (_, mark) => ({
        tenant: tenants[mark % 3] ?? '',
        put: [{ kind: 'counter', name: 'n', add: 1 }] as const,
        audit: [aDraft(mark)],
      }))
      await Promise.all(changes.map((change) => committed(store, change)))
      for (const each of tenants) {
        assert.equal(await store.counter(each, 'n', ctx), 150)
        assert.equal(await verifyLog(store, each), 150)
      }
    },
  },
  {
    says: 'caps a counter: the change that would exceed it conflicts, also when many try at once',
    async check(make) {
      const { store, another } = await make()
      const other = await another()
      const put = [{ kind: 'counter', name: 'in-flight', add: 1, max: 3 }] as const
      const results = await Promise.all(
        Array.from({ length: 12 }, (_, index) => commit(index % 2 === 0 ? store : other, { put })),
      )
      assert.equal(results.filter((result) => result.kind === 'committed').length, 3)
      await committed(store, { put: [{ kind: 'counter', name: 'in-flight', add: -2 }] })
      assert.equal(await other.counter(tenant, 'in-flight', ctx), 1)
      assert.match(
        await conflicted(store, { put: [{ kind: 'counter', name: 'in-flight', add: 3, max: 3 }] }),
        /in-flight/,
      )
      assert.equal(await store.counter('globex', 'in-flight', ctx), 0)
    },
  },
  {
    says: 'refuses a bad row with the path of its field, and writes nothing of its change',
    async check(make) {
      const { store } = await make()
      for (const [path, put] of refused) {
        const first = { kind: 'counter', name: 'c', add: 1 } as const
        await refuses('invalid', path, () => commit(store, { put: [first, put], audit: [aDraft()] }))
      }
      const draft = { ...aDraft(), data: { relapses: Number.POSITIVE_INFINITY } }
      await refuses('invalid', 'audit[0].data.relapses', () => commit(store, { audit: [draft] }))
      await refuses('invalid', 'tenant', () => commit(store, { tenant: '' }))
      await refuses('invalid', 'expect[0].epoch', () =>
        commit(store, { expect: [{ kind: 'lease', incidentId: 'inc_1', epoch: Number.NaN }] }),
      )
      assert.equal(await store.counter(tenant, 'c', ctx), 0)
      assert.equal(await verifyLog(store), 0)
      assert.deepEqual(await store.pendingAlerts({ limit: 10 }, ctx), [])
    },
  },
  {
    says: 'refuses reads of more than 1,000 rows, with the path',
    async check(make) {
      const { store } = await make()
      const many = Array.from({ length: 1_001 }, (_, index) => `id_${index}`)
      for (const limit of [0, -1, 1.5, 1_001, Number.NaN]) {
        await refuses('invalid', 'limit', () => store.list('plan', { tenant, limit }, ctx))
        await refuses('invalid', 'limit', () => store.pendingAlerts({ limit }, ctx))
        await refuses('invalid', 'limit', () =>
          store.staleAlerts({ tenant, source: 'am', seenBefore: '2026-01-01T00:00:00Z', limit }, ctx),
        )
        await refuses('invalid', 'limit', () => store.members({ tenant, incidentId: 'inc_1', limit }, ctx))
        await refuses('invalid', 'limit', () => store.readAudit({ tenant, from: 0, limit }, ctx))
        await refuses('invalid', 'limit', () => store.claim({ owner: 'worker', limit, leaseMs: 1_000 }, ctx))
      }
      await refuses('invalid', 'ids', () => store.alerts(tenant, many, ctx))
      await refuses('invalid', 'digests', () => store.blobs(tenant, many, ctx))
      await refuses('invalid', 'keys', () => store.correlationKeys(tenant, 'prod', many, ctx))
      assert.deepEqual(await store.alerts(tenant, many.slice(1), ctx), [])
      assert.deepEqual(await store.correlationKeys(tenant, 'prod', [], ctx), [])
    },
  },
  {
    says: 'lets the abort reason through unwrapped and writes nothing when it comes before the change has begun',
    async check(make) {
      const { store } = await make()
      const stop = new AbortController()
      const reason = new Error('the caller gave up')
      const change = aChange({ put: [{ kind: 'counter', name: 'c', add: 1 }] })
      const waiting = store.commit(change, callContext({ signal: stop.signal }))
      stop.abort(reason)
      await assert.rejects(waiting, (error) => error === reason)
      for (const call of [
        () => store.commit(change, callContext({ signal: stop.signal })),
        () => store.get('plan', tenant, 'p', callContext({ signal: stop.signal })),
        () => store.claim({ owner: 'worker', limit: 1, leaseMs: 1_000 }, callContext({ signal: stop.signal })),
        () => store.readAudit({ tenant, from: 0, limit: 1 }, callContext({ signal: stop.signal })),
      ]) {
        await assert.rejects(call, (error) => error === reason)
      }
      await committed(store, {})
      assert.equal(await store.counter(tenant, 'c', ctx), 0)
    },
  },
  {
    says: 'turns a change away with a moment to try again when too many wait, and carries out all it took',
    async check(make) {
      const { store } = await make()
      const put = [{ kind: 'counter', name: 'c', add: 1 }] as const
      const results = await Promise.allSettled(Array.from({ length: 5_000 }, () => commit(store, { put })))
      const turnedAway = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
      assert.ok(turnedAway.length > 0, 'there is a bound')
      for (const error of turnedAway) {
        assert.ok(MendkitError.is(error, 'unavailable'))
        assert.ok((error.retryAfterMs ?? 0) > 0)
      }
      assert.equal(await store.counter(tenant, 'c', ctx), results.length - turnedAway.length)
      await committed(store, { put })
    },
  },
  {
    says: 'opens and closes as often as asked, and answers unavailable when closed',
    async check(make) {
      const { store } = await make()
      await store.close()
      await store.close()
      await refuses('unavailable', undefined, () => store.counter(tenant, 'c', ctx))
      await refuses('unavailable', undefined, () => commit(store, {}))
      await refuses('unavailable', undefined, () => store.claim({ owner: 'worker', limit: 1, leaseMs: 1_000 }, ctx))
    },
  },
]

async function refuses(code: string, path: string | undefined, call: () => Promise<unknown>): Promise<void> {
  await assert.rejects(call, (error) => {
    assert.ok(MendkitError.is(error), String(error))
    assert.deepEqual([error.code, error.path], [code, path], error.message)
    return true
  })
}
