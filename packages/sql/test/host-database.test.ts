import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { systemClock } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { callContext, holdsTo, type StoreSubject, storeContract, virtualClock } from '@mendkit/testkit'
import { CamelCasePlugin, type CompiledQuery, Kysely, MssqlAdapter, SqliteDialect } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFile } from './folder.ts'
import { aChange, aDraft, anAlert, counts, tenant } from './rows.ts'

const ctx = callContext()

/** What a host has: its own tables, its own plugins, and a log of its queries. */
interface HostTables {
  orders: { orderId: number; placedBy: string }
}

function hostDatabase(file: string) {
  const database = new DatabaseSync(file)
  database.exec('pragma journal_mode = wal; pragma synchronous = full')
  const queries: CompiledQuery[] = []
  const db = new Kysely<HostTables>({
    dialect: new SqliteDialect({
      database: {
        close: () => database.close(),
        prepare: (text) => {
          const statement = database.prepare(text)
          return {
            reader: statement.columns().length > 0,
            all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
            run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
            iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
          }
        },
      },
    }),
    plugins: [new CamelCasePlugin()],
    log: (event) => {
      queries.push(event.query)
    },
  })
  return { db, database, queries }
}

async function subject(): Promise<StoreSubject & AsyncDisposable> {
  const file = temporaryFile()
  const clock = virtualClock()
  const hosts: Kysely<HostTables>[] = []
  const another = async () => {
    const { db } = hostDatabase(file)
    hosts.push(db)
    const store = sqlStore({ db })
    await store.open({ clock }, ctx)
    return store
  }
  return {
    store: await another(),
    another,
    passTime: (ms) => clock.advance(ms),
    async [Symbol.asyncDispose]() {
      for (const db of hosts) await db.destroy()
    },
  }
}

// The clauses with 10,000 alerts and with whole histories take seconds on a busy machine.
holdsTo((name, run) => test(name, { timeout: 60_000 }, run), "the store in the host's database", storeContract, subject)

test("the host's tables and plugins are left alone, and its connection stays open", async () => {
  const { db, queries } = hostDatabase(temporaryFile())
  onTestFinished(() => db.destroy())
  await db.schema.createTable('orders').addColumn('orderId', 'integer').addColumn('placedBy', 'text').execute()
  const store = sqlStore({ db })
  await store.open({ clock: systemClock }, ctx)
  await store.commit(aChange({ put: [counts('c')] }), ctx)
  await db.insertInto('orders').values({ orderId: 1, placedBy: 'ada' }).execute()
  await store.close()
  expect(await db.selectFrom('orders').selectAll().execute()).toEqual([{ orderId: 1, placedBy: 'ada' }])
  expect(queries.filter(({ sql }) => sql.includes('orders'))).toHaveLength(3)
})

test('every read that the engine repeats finds its rows by an index', async () => {
  const { db, database, queries } = hostDatabase(temporaryFile())
  onTestFinished(() => db.destroy())
  const store = sqlStore({ db })
  await store.open({ clock: systemClock }, ctx)
  const rows = Array.from({ length: 20 }, (_, index) => anAlert(`alert_${index}`))
  await store.commit(aChange({ put: [{ kind: 'alerts', rows }], audit: [aDraft(1)] }), ctx)
  queries.length = 0

  await store.get('plan', tenant, 'plan_1', ctx)
  await store.list('plan', { tenant, limit: 10 }, ctx)
  await store.list('plan', { tenant, after: 'a', limit: 10 }, ctx)
  await store.list('plan', { tenant, incidentId: 'inc_1', limit: 10 }, ctx)
  await store.list('command', { tenant, incidentId: 'inc_1', states: ['pending'], limit: 10 }, ctx)
  await store.list('notice', { states: ['pending', 'failed'], limit: 10 }, ctx)
  await store.list('notice', { tenant, states: ['pending', 'failed'], after: 'a', limit: 10 }, ctx)
  await store.counter(tenant, 'c', ctx)
  await store.alerts(tenant, ['alert_1', 'alert_2'], ctx)
  await store.pendingAlerts({ limit: 10 }, ctx)
  await store.pendingAlerts({ after: anAlert('alert_1'), limit: 10 }, ctx)
  await store.staleAlerts({ tenant, source: 'am', seenBefore: '2026-01-01T00:00:00Z', after: 'a', limit: 10 }, ctx)
  await store.staleAlerts({ tenant, source: 'am', seenBefore: '2026-01-01T00:00:00Z', limit: 10 }, ctx)
  await store.members({ tenant, incidentId: 'inc_1', after: { alertId: 'a', episode: 1 }, limit: 10 }, ctx)
  await store.symptoms(tenant, 'inc_1', ctx)
  await store.correlationKeys(tenant, 'prod', ['a', 'b'], ctx)
  await store.claim({ owner: 'worker', limit: 10, leaseMs: 1_000 }, ctx)
  await store.nextDueAt(ctx)
  await store.readAudit({ tenant, from: 0, limit: 10 }, ctx)
  await store.blobs(tenant, ['a'], ctx)
  const joined = rows.map((row) => ({ ...row, revision: 1, incidentId: 'inc_1' }))
  await store.commit(
    aChange({
      put: [
        { kind: 'alerts', rows: joined },
        { kind: 'move-members', from: 'inc_1', into: 'inc_2' },
      ],
    }),
    ctx,
  )

  const asked = queries.filter(({ sql }) => /^(select|update|delete)/.test(sql))
  expect(asked.length).toBeGreaterThan(25)
  const scans = asked.flatMap(({ sql, parameters }) => {
    const plan = database.prepare(`explain query plan ${sql}`).all(...(parameters as SQLInputValue[]))
    const scan = plan.find((step) => /^SCAN (?!.*USING INDEX mendkit_alert_pending)/.test(String(step['detail'])))
    return scan === undefined ? [] : [`${scan['detail']}: ${sql}`]
  })
  expect(scans).toEqual([])

  const narrow = {
    mendkit_alert_pending: /"correlated" = 'pending'/,
    mendkit_alert_unresolved: /"status" <> 'resolved'/,
  }
  for (const [index, condition] of Object.entries(narrow)) {
    const reads = asked.filter(({ sql }) => condition.test(sql))
    expect(reads.length).toBeGreaterThan(1)
    for (const { sql, parameters } of reads) {
      const plan = database.prepare(`explain query plan ${sql}`).all(...(parameters as SQLInputValue[]))
      const steps = plan.map((step) => String(step['detail']))
      expect(steps.filter((step) => step.includes(`USING INDEX ${index}`))).toHaveLength(1)
      // Only alerts that begin alike, or none, are sorted.
      expect(steps).not.toContain('USE TEMP B-TREE FOR ORDER BY')
    }
  }
})

test('leases that are renewed or let go together share transactions, and each is told of its own', async () => {
  const { db, queries } = hostDatabase(temporaryFile())
  onTestFinished(() => db.destroy())
  const clock = virtualClock()
  const store = sqlStore({ db })
  await store.open({ clock }, ctx)
  const put = Array.from({ length: 1_000 }, (_, index) => ({ kind: 'raise', incidentId: `inc_${index}` }) as const)
  await store.commit(aChange({ put }), ctx)
  const claims = await store.claim({ owner: 'worker', limit: 1_000, leaseMs: 10_000 }, ctx)
  const [lost, ...held] = claims
  if (lost !== undefined) await store.release(lost, ctx)
  const transactions = async (work: () => Promise<unknown>) => {
    queries.length = 0
    await work()
    return queries.filter(({ sql }) => sql === 'begin immediate').length
  }

  let told: readonly boolean[] = []
  await clock.advance(5_000)
  const renewing = async () => {
    told = await Promise.all(claims.map((claim) => store.renew(claim, 10_000, ctx)))
  }
  expect(await transactions(renewing)).toBeLessThanOrEqual(10)
  expect(told).toEqual([false, ...held.map(() => true)])
  await clock.advance(9_999)
  expect(await store.claim({ owner: 'another', limit: 1_000, leaseMs: 10_000 }, ctx)).toHaveLength(1)
  expect(await transactions(() => Promise.all(held.map((claim) => store.release(claim, ctx))))).toBeLessThanOrEqual(10)
  expect(await store.claim({ owner: 'another', limit: 1_000, leaseMs: 10_000 }, ctx)).toHaveLength(held.length)
})

test('whoever gives up a renewal is told why, and the others are renewed', async () => {
  const { db } = hostDatabase(temporaryFile())
  onTestFinished(() => db.destroy())
  const store = sqlStore({ db })
  await store.open({ clock: virtualClock() }, ctx)
  const put = ['inc_1', 'inc_2'].map((incidentId) => ({ kind: 'raise', incidentId }) as const)
  await store.commit(aChange({ put }), ctx)
  const claims = await store.claim({ owner: 'worker', limit: 2, leaseMs: 1_000 }, ctx)
  const stop = new AbortController()
  const contexts = [callContext({ signal: stop.signal }), ctx]
  const renewals = claims.map((claim, index) => store.renew(claim, 1_000, contexts[index] ?? ctx))
  stop.abort(new Error('no longer needed'))
  expect(await Promise.allSettled(renewals)).toEqual([
    { status: 'rejected', reason: stop.signal.reason },
    { status: 'fulfilled', value: true },
  ])
})

test('a database whose dialect is not known is refused', () => {
  const sqlite = new SqliteDialect({ database: new DatabaseSync(':memory:') as never })
  class OtherAdapter extends MssqlAdapter {}
  const db = new Kysely<HostTables>({
    dialect: {
      createAdapter: () => new OtherAdapter(),
      createDriver: () => sqlite.createDriver(),
      createIntrospector: (of) => sqlite.createIntrospector(of),
      createQueryCompiler: () => sqlite.createQueryCompiler(),
    },
  })
  expect(() => sqlStore({ db })).toThrow(
    expect.objectContaining({
      code: 'unsupported',
      path: 'source.db',
      message: expect.stringContaining('OtherAdapter'),
    }),
  )
})
