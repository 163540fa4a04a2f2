import { type Store, systemClock } from '@mendkit/core'
import { type SqlStoreOptions, sqlStore } from '@mendkit/sql'
import { makeDatabase, type RealDatabase, servers, withoutServers } from '@mendkit/testbed/databases'
import { callContext, verifyLog } from '@mendkit/testkit'
import { CompiledQuery, Kysely, MysqlDialect, PostgresDialect, sql } from 'kysely'
import { createPool } from 'mysql2'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { cuttingProxy } from './cutting-proxy.ts'
import { aChange, aDraft, counts, tenant } from './rows.ts'

const ctx = callContext()
const quick = { statementTimeoutMs: 1_000, lockPatienceMs: 1_000 }
const add = () => aChange({ put: [counts('c')], audit: [aDraft(1)] })

async function openOn(source: Parameters<typeof sqlStore>[0], options: SqlStoreOptions = {}): Promise<Store> {
  const store = sqlStore(source, options)
  await store.open({ clock: systemClock }, ctx)
  onTestFinished(() => store.close())
  return store
}

/** A connection of another program, in an open transaction until it is told to let go. */
async function otherProgram(
  { kind, url }: RealDatabase,
  ...statements: readonly string[]
): Promise<() => Promise<void>> {
  const db = new Kysely<unknown>({
    dialect:
      kind === 'postgres'
        ? new PostgresDialect({ pool: new pg.Pool({ connectionString: url, max: 1 }) })
        : new MysqlDialect({ pool: createPool(url.replace('mariadb:', 'mysql:')) }),
  })
  const held = await db.startTransaction().execute()
  for (const statement of statements) await held.executeQuery(CompiledQuery.raw(statement))
  let isOver = false
  const letGo = async () => {
    if (isOver) return
    isOver = true
    await held.rollback().execute()
    await db.destroy()
  }
  onTestFinished(letGo)
  return letGo
}

const holdCounters = (database: RealDatabase) =>
  otherProgram(database, `select value from mendkit_counter where tenant = '${tenant}' and name = 'c' for update`)

const locksTable = {
  postgres: 'lock table mendkit_counter in access exclusive mode',
  mariadb: 'lock tables mendkit_counter write',
} as const

/** Queries that wait for a table. */
const waits = {
  postgres: `select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
  mariadb: `select id from information_schema.processlist where state like 'Waiting for table%' and db = database()`,
} as const

describe.each(servers)('a store on %s', (kind) => {
  test.each(['before', 'after'] as const)(
    'knows what became of a commit when the network falls silent %s the server has it',
    async (when) => {
      const { url } = await makeDatabase(kind)
      const proxy = await cuttingProxy(url)
      const store = await openOn(proxy.url, quick)
      await store.commit(add(), ctx)
      proxy.fallSilentAtNextCommit(when)
      expect(await store.commit(add(), ctx)).toEqual({ kind: 'committed', seqs: [1] })
      expect(await store.counter(tenant, 'c', ctx)).toBe(2)
      expect(await verifyLog(store)).toBe(2)
    },
  )

  test('reads on another connection when one falls silent', async () => {
    const { url } = await makeDatabase(kind)
    const proxy = await cuttingProxy(url)
    const store = await openOn(proxy.url, quick)
    await store.commit(add(), ctx)
    proxy.fallSilent()
    expect(await store.counter(tenant, 'c', ctx)).toBe(1)
  })

  test('says that it has too few connections, and which option to raise', async () => {
    const { url } = await makeDatabase(kind)
    const proxy = await cuttingProxy(url)
    const store = await openOn(proxy.url, { ...quick, maxConnections: 2, lockPatienceMs: 200 })
    await Promise.all([1, 2, 3, 4].map(() => store.counter(tenant, 'c', ctx)))
    expect(proxy.connections).toBe(2)
    proxy.fallSilent()
    const reads = await Promise.allSettled([1, 2, 3].map(() => store.counter(tenant, 'c', ctx)))
    const says = reads.map((read) => (read.status === 'rejected' ? String(read.reason) : ''))
    expect(says[2]).toMatch(/all that the pool may have are in use; raise `maxConnections`/)
    expect(await store.counter(tenant, 'c', ctx)).toBe(0)
  })

  test('ends a query on the server that its caller has given up', async () => {
    const database = await makeDatabase(kind)
    const store = await openOn(database.url)
    const letGo = await otherProgram(database, locksTable[kind])
    const giveUp = new AbortController()
    const read = store.counter(tenant, 'c', callContext({ signal: giveUp.signal }))
    const waiting = async () => (await database.run(waits[kind])).length
    await expect.poll(waiting).toBe(1)
    giveUp.abort(new Error('enough'))
    await expect(read).rejects.toThrow('enough')
    await expect.poll(waiting).toBe(0)
    await letGo()
    expect(await store.counter(tenant, 'c', ctx)).toBe(0)
  })

  test('lets one tenant commit while another waits for a lock', async () => {
    const database = await makeDatabase(kind)
    const store = await openOn(database.url)
    await store.commit(add(), ctx)
    const letGo = await holdCounters(database)
    let isDone = false
    const held = store.commit(add(), ctx).finally(() => {
      isDone = true
    })
    await store.commit({ ...aChange({ put: [counts('c')] }), tenant: 'another' }, ctx)
    expect(isDone).toBe(false)
    await letGo()
    expect((await held).kind).toBe('committed')
    expect(await store.counter('another', 'c', ctx)).toBe(1)
  })
})

describe.runIf(servers.includes('postgres'))("a host's own pool (needs PostgreSQL and MariaDB)", () => {
  test('of pg never gets a connection back with a transaction open on it (needs PostgreSQL)', async () => {
    const database = await makeDatabase('postgres')
    // One connection, and a limit of the host's own that gives up both the statement and its rollback.
    const pool = new pg.Pool({ connectionString: database.url, max: 1, query_timeout: 300 })
    pool.on('error', () => undefined)
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
    onTestFinished(() => db.destroy())
    const store = await openOn({ db }, { lockPatienceMs: 0 })
    await store.commit(add(), ctx)
    const letGo = await holdCounters(database)
    await expect(store.commit(add(), ctx)).rejects.toMatchObject({ code: 'unavailable' })
    await letGo()
    await pool.query('create table orders (id int)')
    expect(await database.run(`select to_regclass('orders') is not null as made`)).toEqual([{ made: true }])
  })

  test('of mysql2 never gets a connection back with a transaction open on it (needs MariaDB)', async () => {
    const database = await makeDatabase('mariadb')
    const pool = createPool({ uri: database.url.replace('mariadb:', 'mysql:'), connectionLimit: 1 })
    let breaks = false
    pool.on('connection', (connection) => {
      const query = connection.query.bind(connection) as (...args: readonly unknown[]) => unknown
      const breaking = (text: string, parameters: unknown, answer: (error: unknown) => void) =>
        breaks && text === 'rollback' ? answer(new Error('no rollback today')) : query(text, parameters, answer)
      Object.assign(connection, { query: breaking })
    })
    const db = new Kysely<unknown>({ dialect: new MysqlDialect({ pool }) })
    onTestFinished(() => db.destroy())
    const store = await openOn({ db })
    await database.run('create table orders (id int)')
    breaks = true
    const expectsMore = { kind: 'revision', table: 'setting', id: 'none', revision: 5 } as const
    expect((await store.commit({ ...add(), expect: [expectsMore] }, ctx)).kind).toBe('conflict')
    breaks = false
    await sql`insert into orders (id) values (1)`.execute(db)
    expect(await database.run('select id from orders')).toEqual([{ id: 1 }])
  })
})

if (servers.length === 0) test('limits of clients on servers', ({ skip }) => skip(withoutServers))
