import { setImmediate } from 'node:timers/promises'
import { PGlite } from '@electric-sql/pglite'
import { type LogKeys, type Store, systemClock } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { callContext, holdsTo, type StoreSubject, storeContract, virtualClock } from '@mendkit/testkit'
import { Kysely, PGliteDialect, sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ahead } from './ahead.ts'
import { aChange, anAlert, counts, tenant } from './rows.ts'

const ctx = callContext()

let pglite: PGlite
let places = 0

// Making one takes as long as the whole contract: each clause has a schema of its own instead.
beforeAll(async () => {
  pglite = await PGlite.create()
}, 60_000)
afterAll(() => pglite.close())

async function subject(): Promise<StoreSubject & AsyncDisposable> {
  places += 1
  const schema = `place_${places}`
  const clock = virtualClock()
  const opened: Store[] = []
  let passed = 0
  const another = async (keys?: LogKeys) => {
    const store = sqlStore({ pglite }, { schema })
    await store.open({ clock, ...keys }, ctx)
    opened.push(store)
    return ahead(store, () => passed)
  }
  return {
    store: await another(),
    another,
    async passTime(ms) {
      passed += ms
      await pglite.exec(
        `update ${schema}.mendkit_due set due_at = due_at - ${ms}, lease_until = greatest(lease_until - ${ms}, 0)`,
      )
    },
    async [Symbol.asyncDispose]() {
      for (const store of opened) await store.close()
    },
  }
}

holdsTo((name, run) => test(name, { timeout: 120_000 }, run), 'the store in a PGlite', storeContract, subject)

test('says that it is not durable, so that nothing acts by itself on it', () => {
  expect(sqlStore({ pglite }).durable).toBe(false)
})

test('whoever asks during a commit waits for it, and is no part of it', async () => {
  const schema = 'shared'
  const stores = [sqlStore({ pglite }, { schema }), sqlStore({ pglite }, { schema })] as const
  for (const store of stores) await store.open({ clock: systemClock }, ctx)
  await pglite.exec('create table orders (id int)')
  // Counts, lets the process turn between its many alerts, and is then taken back for what comes last.
  const alerts = { kind: 'alerts', rows: Array.from({ length: 1_200 }, (_, id) => anAlert(`a${id}`)) } as const
  const refused = aChange({ put: [counts('c'), alerts, counts('full', { max: 0 })] })
  let committing = true
  const commits = Promise.all([...stores, ...stores].map((store) => store.commit(refused, ctx)))
  const seen = new Set<number>()
  let orders = 0
  const others = async () => {
    while (committing) {
      await setImmediate()
      for (const store of stores) seen.add(await store.counter(tenant, 'c', ctx))
      orders += 1
      await pglite.query('insert into orders (id) values ($1)', [orders])
    }
  }
  const asking = others()
  const outcomes = await commits.finally(() => {
    committing = false
  })
  await asking
  expect(outcomes.map(({ kind }) => kind)).toEqual(outcomes.map(() => 'conflict'))
  expect([...seen]).toEqual([0])
  expect((await pglite.query('select id from orders')).rows).toHaveLength(orders)
  for (const store of stores) await store.close()
  expect((await pglite.query('select 1')).rows).toHaveLength(1)
})

test('Kysely on PGlite, which serves others within a transaction, is refused and told what to give', async () => {
  const db = new Kysely<Record<string, never>>({ dialect: new PGliteDialect({ pglite }) })
  expect((await sql`select 1`.execute(db)).rows).toHaveLength(1)
  expect(() => sqlStore({ db })).toThrow(/sqlStore\(\{ pglite \}\)/)
})

test('a PGlite that is closed is told as such', async () => {
  const closed = await PGlite.create()
  const store = sqlStore({ pglite: closed })
  await store.open({ clock: systemClock }, ctx)
  await closed.close()
  await expect(store.counter(tenant, 'c', ctx)).rejects.toMatchObject({ code: 'unavailable' })
  await expect(store.commit(aChange({ put: [counts('c')] }), ctx)).rejects.toMatchObject({ code: 'unavailable' })
})
