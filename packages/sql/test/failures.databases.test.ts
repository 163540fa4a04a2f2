import { inspect } from 'node:util'
import { type ErrorCode, MendkitError, resourceKey, type Store, systemClock } from '@mendkit/core'
import { type SqlStoreOptions, sqlStore } from '@mendkit/sql'
import { makeDatabase, type RealDatabase, servers, withoutServers } from '@mendkit/testbed/databases'
import { callContext, verifyLog } from '@mendkit/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { cuttingProxy } from './cutting-proxy.ts'
import { aChange, aDraft, anAlert, anIncident, counts, tenant } from './rows.ts'

const ctx = callContext()
const soon = { lockPatienceMs: 100 }

async function openOn(url: string, options: SqlStoreOptions = {}): Promise<Store> {
  const store = sqlStore(url, options)
  await store.open({ clock: systemClock }, ctx)
  onTestFinished(() => store.close())
  return store
}

/** What a call ends with, after a look that no part of it holds the password. */
async function failure(call: Promise<unknown>, password: string): Promise<MendkitError> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(inspect(error, { depth: 12, showHidden: true })).not.toContain(password)
  if (!MendkitError.is(error)) throw new Error(`not an error of ours: ${inspect(error)}`)
  return error
}

function changed(
  url: string,
  parts: Partial<Pick<URL, 'port' | 'username' | 'password' | 'pathname' | 'search'>>,
): string {
  return Object.assign(new URL(url), parts).href
}

const encrypts = (url: string) =>
  url.startsWith('postgres') ? '?sslmode=verify-full' : `?ssl=${encodeURIComponent('{"rejectUnauthorized":true}')}`

const add = () => aChange({ put: [counts('c')], audit: [aDraft(1)] })

describe.each(servers)('a store on %s', (kind) => {
  const wrong: readonly (readonly [what: string, url: (url: string) => string, code: ErrorCode, says: RegExp])[] = [
    ['is not running', (url) => changed(url, { port: '9' }), 'unavailable', /cannot be reached; start it/],
    ['wants another password', (url) => changed(url, { password: 's3cret' }), 'config', /user or the password/],
    ['does not encrypt', (url) => changed(url, { search: encrypts(url) }), 'config', /encryption as its URL wants it/],
    ['has no such database', (url) => changed(url, { pathname: '/nowhere' }), 'config', /does not exist/],
  ]
  test.each(wrong)('says so, and what to do, when the server %s', async (_, change, code, says) => {
    const url = change((await makeDatabase(kind)).url)
    const { password } = new URL(url)
    const error = await failure(sqlStore(url, soon).open({ clock: systemClock }, ctx), password)
    expect(error.code).toBe(code)
    expect(error.message).toMatch(says)
    expect(error.message).toContain(`${new URL(url).host}${new URL(url).pathname}`)
  })

  test('refuses tables of a newer version that it cannot read, and leaves them alone', async () => {
    const { url, run } = await makeDatabase(kind)
    await openOn(url)
    await run('update mendkit_schema set version = 99, minimum_reader = 99')
    const error = await failure(sqlStore(url).open({ clock: systemClock }, ctx), new URL(url).password)
    expect(error.code).toBe('unsupported')
    expect(error.message).toMatch(/newer version \(schema 99.*update @mendkit\/sql/)
    const [row] = await run('select version from mendkit_schema')
    expect(Number(row?.['version'])).toBe(99)
  })

  test('names what a user may not do', async () => {
    const { url, run } = await makeDatabase(kind)
    const [user, secret] = [`u${new URL(url).pathname.slice(-12)}`, 's3cret']
    if (kind === 'postgres') await run(`create role ${user} login password '${secret}'`)
    else await run(`create user ${user}@'%' identified by '${secret}'`)
    if (kind === 'mariadb') await run(`grant select on ${new URL(url).pathname.slice(1)}.* to ${user}@'%'`)
    const theirs = changed(url, { username: user, password: secret })
    const error = await failure(sqlStore(theirs).open({ clock: systemClock }, ctx), secret)
    expect(error.code).toBe('config')
    expect(error.message).toMatch(/does not let this user/)
  })

  test('goes on when an administrator ends its connections, and does nothing twice', async () => {
    const database = await makeDatabase(kind)
    const store = await openOn(database.url)
    const commits: Promise<unknown>[] = []
    // One after the other: two administrators at once end each other.
    let ending: Promise<unknown> = Promise.resolve()
    for (let mark = 0; mark < 40; mark += 1) {
      commits.push(store.commit(add(), ctx))
      await Promise.race(commits.slice(-1))
      if (mark % 10 === 5) ending = ending.then(() => endConnections(database))
    }
    await Promise.all([...commits, ending])
    expect(await store.counter(tenant, 'c', ctx)).toBe(40)
    expect(await verifyLog(store)).toBe(40)
  })

  test.each(['before', 'after'] as const)(
    'knows what became of a commit when the connection is cut %s the server has it',
    async (when) => {
      const { url } = await makeDatabase(kind)
      const proxy = await cuttingProxy(url)
      const store = await openOn(proxy.url)
      await store.commit(add(), ctx)
      for (let round = 1; round <= 5; round += 1) {
        proxy.cutAtNextCommit(when)
        expect(await store.commit(add(), ctx)).toEqual({ kind: 'committed', seqs: [round] })
      }
      expect(proxy.cuts).toBe(5)
      expect(await store.counter(tenant, 'c', ctx)).toBe(6)
      expect(await verifyLog(store)).toBe(6)
    },
  )

  test('waits for a lock that another program holds on its rows, no longer than it was told to', async () => {
    const { url, run } = await makeDatabase(kind)
    const store = await openOn(url, { lockPatienceMs: 1_000 })
    await store.commit(add(), ctx)
    const holding = run(holdsCounters[kind])
    await expect.poll(async () => (await run(busy[kind])).length).toBeGreaterThan(0)
    const error = await failure(store.commit(add(), ctx), new URL(url).password)
    expect(error.code).toBe('unavailable')
    expect(error.message).toMatch(/locked by another process/)
    await holding
    await store.commit(add(), ctx)
    expect(await store.counter(tenant, 'c', ctx)).toBe(2)
  })

  test('counts symptoms of resources whose names are long or hold what a column cannot', async () => {
    const { url } = await makeDatabase(kind)
    const store = await openOn(url)
    const topmost = { cluster: 'prod', apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop' }
    const names = ['web\0server', 'x'.repeat(5_000), '界'.repeat(700)]
    const rows = names.map((name, index) => ({
      ...anAlert(`alert_${index}`),
      incidentId: 'inc_1',
      topmost: { ...topmost, name },
    }))
    await store.commit(aChange({ put: [{ kind: 'alerts', rows }] }), ctx)
    for (const { topmost: resource } of rows) {
      const [symptom, ...more] = await store.firingSymptoms(tenant, [resourceKey(resource)], ctx)
      expect(symptom).toMatchObject({ resource, resourceKey: resourceKey(resource), firing: 1 })
      expect(more).toEqual([])
    }
  })

  test('refuses an id that no key takes, and keeps what shared its group', async () => {
    const { url } = await makeDatabase(kind)
    const store = await openOn(url)
    const long = Array.from({ length: 1_000 }, (_, index) => String.fromCodePoint(0x4e00 + ((index * 7_919) % 20_000)))
    const results = await Promise.allSettled([
      store.commit(add(), ctx),
      store.commit(aChange({ put: [{ kind: 'counter', name: long.join(''), add: 1 }] }), ctx),
      store.commit(add(), ctx),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(results[1]).toMatchObject({ reason: { code: 'invalid', message: expect.stringMatching(/that large/) } })
    expect(inspect(results[1], { depth: 12, maxStringLength: null })).not.toContain(long.slice(0, 20).join(''))
    expect(await store.counter(tenant, 'c', ctx)).toBe(2)
  })

  test('never keeps a document under the beginning of its id', async () => {
    const { url, run } = await makeDatabase(kind)
    const store = await openOn(url)
    const long = Array.from({ length: 1_000 }, (_, index) => String.fromCodePoint(0x4e00 + ((index * 7_919) % 20_000)))
    const row = anIncident(long.join(''))
    const error = await failure(
      store.commit(aChange({ put: [{ kind: 'document', table: 'incident', row }] }), ctx),
      new URL(url).password,
    )
    expect(error.code).toBe('invalid')
    expect(error.message).toMatch(/that large/)
    expect(await run('select id from mendkit_document')).toEqual([])
  })

  test('conflicts over a document that is there already, and keeps what shared its group', async () => {
    const { url } = await makeDatabase(kind)
    const store = await openOn(url)
    const put = { kind: 'document', table: 'incident', row: anIncident('inc_1') } as const
    const results = await Promise.all([
      store.commit(aChange({ put: [put] }), ctx),
      store.commit(aChange({ put: [counts('c'), put] }), ctx),
      store.commit(add(), ctx),
    ])
    expect(results.map((result) => result.kind)).toEqual(['committed', 'conflict', 'committed'])
    expect(await store.counter(tenant, 'c', ctx)).toBe(1)
  })
})

const holdsCounters = {
  postgres: 'with held as (select value from mendkit_counter for update) select pg_sleep(4) from held',
  mariadb: 'update mendkit_counter set value = value where sleep(4) is not null',
} as const

const busy = {
  postgres: `select pid from pg_stat_activity where wait_event = 'PgSleep'`,
  mariadb: `select id from information_schema.processlist where state = 'User sleep'`,
} as const

/** Ends every connection of a store, as `pg_terminate_backend` and `kill` do. */
async function endConnections({ kind, url, run }: RealDatabase): Promise<void> {
  if (kind === 'postgres') {
    await run(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    )
    return
  }
  const name = new URL(url).pathname.slice(1)
  const own = await run(`select id from information_schema.processlist where db = '${name}' and id <> connection_id()`)
  for (const row of own) {
    // It may have ended by itself meanwhile.
    await run(`kill ${String(row['id'] ?? row['ID'])}`).catch(() => undefined)
  }
}

describe.runIf(servers.length > 0)('a server that is set up so that commits get lost (needs PostgreSQL)', () => {
  test('is refused, with the setting to change', async () => {
    const { url, run } = await makeDatabase('postgres')
    await run(`alter database ${new URL(url).pathname.slice(1)} set synchronous_commit = off`)
    const error = await failure(sqlStore(url).open({ clock: systemClock }, ctx), new URL(url).password)
    expect(error.code).toBe('config')
    expect(error.message).toMatch(/set synchronous_commit to on/)
  })

  test('or that takes no writes says so', async () => {
    const { url, run } = await makeDatabase('postgres')
    await openOn(url)
    await run(`alter database ${new URL(url).pathname.slice(1)} set default_transaction_read_only = on`)
    const store = await openOn(url).catch((error: unknown) => error)
    expect(store).toMatchObject({ code: 'unavailable', message: expect.stringMatching(/takes no writes now/) })
  })
})

if (servers.length === 0) test('stores on servers', ({ skip }) => skip(withoutServers))
