import { systemClock } from '@mendkit/core'
import { migrationsSql, sqlStore } from '@mendkit/sql'
import { makeDatabase, type RealDatabase, servers, withoutServers } from '@mendkit/testbed/databases'
import { callContext, verifyLog } from '@mendkit/testkit'
import { CamelCasePlugin, Kysely, MysqlDialect, PostgresDialect } from 'kysely'
import { createPool } from 'mysql2'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { aChange, aDraft, anAlert, counts, tenant } from './rows.ts'

const ctx = callContext()

/** What a host has: a pool as its driver makes it, and a plugin that renames columns. */
function hostDatabase({ kind, url }: RealDatabase): Kysely<unknown> {
  const db = new Kysely<unknown>({
    dialect:
      kind === 'postgres'
        ? new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) })
        : new MysqlDialect({ pool: createPool(url.replace('mariadb:', 'mysql:')) }),
    plugins: [new CamelCasePlugin()],
  })
  onTestFinished(() => db.destroy())
  return db
}

describe.each(servers)('the database of a host on %s', (kind) => {
  test('takes our tables beside its own, made by its own tool, and gives back what was written', async () => {
    const database = await makeDatabase(kind)
    const text = migrationsSql({ database: kind === 'postgres' ? 'postgres' : 'mysql' })
    for (const statement of text.split(';\n').filter((each) => each.trim() !== '')) await database.run(statement)
    const db = hostDatabase(database)
    const [store, other] = [sqlStore({ db }), sqlStore({ db })]
    for (const each of [store, other]) await each.open({ clock: systemClock }, ctx)

    const rows = Array.from({ length: 600 }, (_, index) => anAlert(`alert_${index}`))
    await store.commit(
      aChange({
        put: [
          { kind: 'alerts', rows },
          { kind: 'raise', incidentId: 'inc_1' },
        ],
      }),
      ctx,
    )
    await Promise.all(
      [store, other, store, other].map((each, mark) =>
        each.commit(aChange({ put: [counts('c')], audit: [aDraft(mark)] }), ctx),
      ),
    )
    const [found] = await other.alerts(tenant, ['alert_599'], ctx)
    expect(found).toEqual({ ...anAlert('alert_599'), revision: 1 })
    const [claim] = await store.claim({ owner: 'a', limit: 1, leaseMs: 60_000 }, ctx)
    expect(claim).toEqual({ tenant, incidentId: 'inc_1', epoch: 1, inputs: 1 })
    expect(await other.claim({ owner: 'b', limit: 1, leaseMs: 60_000 }, ctx)).toEqual([])
    expect([await store.counter(tenant, 'c', ctx), await verifyLog(other)]).toEqual([4, 4])

    await store.close()
    await other.close()
    const [receipts] = await database.run('select count(*) as n from mendkit_receipt')
    expect(Number(receipts?.['n'])).toBe(0)
  })

  test('is brought up by several who open it at once', async () => {
    const { url, run } = await makeDatabase(kind)
    const stores = Array.from({ length: 5 }, () => sqlStore(url, { maxConnections: 2 }))
    await Promise.all(stores.map((store) => store.open({ clock: systemClock }, ctx)))
    await Promise.all(stores.map((store) => store.commit(aChange({ put: [counts('c')] }), ctx)))
    const [first] = stores
    expect(await first?.counter(tenant, 'c', ctx)).toBe(5)
    await Promise.all(stores.map((store) => store.close()))
    expect(await run('select version from mendkit_migration')).toHaveLength(1)
  })
})

test.runIf(servers.includes('mariadb'))(
  'a migration that was cut off after any of its statements is taken up where it stopped (needs MariaDB)',
  { timeout: 60_000 },
  async () => {
    const statements = migrationsSql({ database: 'mysql' })
      .split(';\n')
      .filter((each) => each.trim() !== '')
    // Before and after the row that says how far it is; in the middle; before the step is recorded, and before it counts.
    for (const done of [1, 2, 3, 9, statements.length - 2, statements.length - 1]) {
      const { url, run } = await makeDatabase('mariadb')
      for (const statement of statements.slice(0, done)) await run(statement)
      const store = sqlStore(url)
      await store.open({ clock: systemClock }, ctx)
      onTestFinished(() => store.close())
      expect(await store.commit(aChange({ put: [counts('c')] }), ctx)).toEqual({ kind: 'committed', seqs: [] })
      expect(await run('select version from mendkit_migration')).toHaveLength(1)
    }
  },
)

test.runIf(servers.includes('mariadb'))(
  'a host that drops the count of rows found is told to set it (needs MariaDB)',
  async () => {
    const { url } = await makeDatabase('mariadb')
    const pool = createPool({ uri: url.replace('mariadb:', 'mysql:'), flags: ['-FOUND_ROWS'] })
    const db = new Kysely<unknown>({ dialect: new MysqlDialect({ pool }) })
    onTestFinished(() => db.destroy())
    await expect(sqlStore({ db }).open({ clock: systemClock }, ctx)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(/FOUND_ROWS/),
    })
  },
)

if (servers.length === 0) test('databases of hosts on servers', ({ skip }) => skip(withoutServers))
