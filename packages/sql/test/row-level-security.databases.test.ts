import { systemClock } from '@mendkit/core'
import { migrationsSql, sqlStore } from '@mendkit/sql'
import { makeDatabase, servers, withoutServers } from '@mendkit/testbed/databases'
import { callContext, type StoreSubject, storeContract } from '@mendkit/testkit'
import { Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { aChange, aDraft, anAlert, anIncident, counts, tenant } from './rows.ts'
import { place, type SecuredDatabase, securedDatabase } from './secured-database.ts'

const ctx = callContext()
const apart = storeContract.find((clause) => clause.says.startsWith('answers a tenant as if it were alone'))

/** Of a lease only who looks for due incidents of all tenants changes the row, in a sweep: nothing but the condition guards it. */
const inSweep = /^update .*due" set .*"epoch" = /

/** A store whose statements have lost every condition on the tenant on their way to the server. */
function careless(url: string, options: SecuredDatabase['options']): () => Promise<StoreSubject> {
  return async () => {
    const pool = new pg.Pool({ connectionString: url, max: 4 })
    onTestFinished(() => pool.end())
    const lose = (text: string) =>
      inSweep.test(text) ? text : text.replaceAll(/("\w+"\.)?"tenant" = (\$\d+)/g, 'cast($2 as text) is not null')
    const losing = {
      options: pool.options,
      end: () => pool.end(),
      async connect() {
        const client = await pool.connect()
        const query = (text: string, values: readonly unknown[]) => client.query(lose(text), [...values])
        return { query, release: () => client.release() } as unknown as PostgresPoolClient
      },
    }
    const another: StoreSubject['another'] = async (keys) => {
      const { maxConnections: _, ...rest } = options
      const store = sqlStore({ db: new Kysely({ dialect: new PostgresDialect({ pool: losing }) }) }, rest)
      await store.open({ clock: systemClock, ...keys }, ctx)
      return store
    }
    return { store: await another(), another, passTime: async () => undefined }
  }
}

describe.runIf(servers.includes('postgres'))('row-level security (needs PostgreSQL)', () => {
  test('hides every other tenant from queries that have lost their condition on it', async () => {
    await apart?.check(async () => {
      const { hostUrl, options } = await securedDatabase()
      return careless(hostUrl, options)()
    })
    const unsecured = apart?.check(async () => careless((await makeDatabase('postgres')).url, {})())
    await expect(unsecured).rejects.toThrow()
  })

  test('is on for every table with a tenant in it, whose rows nobody sees who does not say whose', async () => {
    const { run, hostUrl, options, role } = await securedDatabase()
    const store = sqlStore(hostUrl, options)
    await store.open({ clock: systemClock }, ctx)
    onTestFinished(() => store.close())
    const put = [
      { kind: 'document', table: 'incident', row: anIncident('inc_1') },
      { kind: 'alerts', rows: [anAlert('alert_1')] },
      { kind: 'raise', incidentId: 'inc_1' },
      counts('c'),
    ] as const
    await store.commit(aChange({ put, audit: [aDraft(1)] }), ctx)
    const tables = await run(`select c.relname as name, relrowsecurity and relforcerowsecurity as forced
      from pg_class c join pg_namespace n on n.oid = relnamespace join pg_attribute on attrelid = c.oid
      where nspname = '${place.schema}' and relkind = 'r' and attname = 'tenant'`)
    expect(tables.length).toBeGreaterThan(10)
    expect(tables.filter(({ forced }) => forced !== true)).toEqual([])

    const asHost = new pg.Client(hostUrl)
    await asHost.connect()
    onTestFinished(() => asHost.end())
    const seen: Record<string, unknown> = {}
    for (const { name } of tables) {
      const { rows } = await asHost.query(`select 1 from ${place.schema}.${String(name)}`)
      seen[String(name)] = rows.length
    }
    expect(Object.values(seen).every((rows) => rows === 0)).toBe(true)
    await asHost.query(`select set_config('mendkit.tenant', '${tenant}', false)`)
    expect((await asHost.query(`select 1 from ${place.schema}.${place.prefix}audit`)).rows).toHaveLength(1)
    for (const statement of ['update %audit set seq = 7', 'delete from %audit', 'delete from %audit_checkpoint']) {
      const refused = asHost.query(statement.replace('%', `${place.schema}.${place.prefix}`))
      await expect(refused, `${role} changes nothing of the log`).rejects.toThrow(/permission denied/)
    }
  })

  test('is asked for only where it holds: tables are prepared, and the user is neither owner nor superuser', async () => {
    const { url, hostUrl, options, run, role } = await securedDatabase()
    const opening = (where: string, given: object) => sqlStore(where, given).open({ clock: systemClock }, ctx)
    const refused = async (opened: Promise<void>, says: RegExp) =>
      expect(await opened.catch((error: unknown) => error)).toMatchObject({
        code: 'config',
        message: expect.stringMatching(says),
      })
    const { rowLevelSecurity: _, ...unaware } = options
    await refused(opening(hostUrl, unaware), /rowLevelSecurity: true/)
    await refused(opening(url, options), /superuser/)
    await refused(opening(hostUrl, { ...options, prefix: 'none_' }), /no tables/)
    await run(`alter table ${place.schema}.${place.prefix}due no force row level security`)
    await refused(opening(hostUrl, options), /without row-level security/)
    await run(migrationsSql({ database: 'postgres', after: 1, ...place, rowLevelSecurity: { role } }))
    await run(`alter table ${place.schema}.${place.prefix}due owner to ${role}`)
    await refused(opening(hostUrl, options), /belongs to this user/)
  })
})

if (servers.length === 0) test('row-level security', ({ skip }) => skip(withoutServers))
