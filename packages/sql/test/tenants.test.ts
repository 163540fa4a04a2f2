import { DatabaseSync } from 'node:sqlite'
import { sqlStore } from '@mendkit/sql'
import { callContext, type StoreSubject, storeContract, virtualClock } from '@mendkit/testkit'
import { Kysely, SqliteDialect } from 'kysely'
import { expect, test } from 'vitest'
import { preparedDatabase } from '../src/client.ts'

const apart = storeContract.find((clause) => clause.says.startsWith('answers a tenant as if it were alone'))
const condition = /"tenant" = \?/

/** Stores whose statements go through `rewrite`. */
function subjectWith(rewrite: (statement: string) => string): () => Promise<StoreSubject> {
  return async () => {
    const database = preparedDatabase(new DatabaseSync(':memory:'))
    let statements = 0
    const rewriting = {
      ...database,
      prepare(statement: string) {
        // What lost its condition may find the other tenant's rows for ever.
        if (++statements > 2_000) throw new Error('this does not end')
        return database.prepare(rewrite(statement))
      },
    }
    const clock = virtualClock()
    const another: StoreSubject['another'] = async (keys) => {
      const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: rewriting }) })
      const store = sqlStore({ db })
      await store.open({ clock, ...keys }, callContext())
      return store
    }
    return { store: await another(), another, passTime: (ms) => clock.advance(ms) }
  }
}

/** The numbers by which alerts and what was are found are made of their tenant too. */
const guardedOtherwise = /"\w+_hash" (=|in)/

test('each statement that has a condition on the tenant is caught when it is lost', async () => {
  const statements = new Set<string>()
  await apart?.check(
    subjectWith((statement) => {
      if (condition.test(statement)) statements.add(statement)
      return statement
    }),
  )
  const uncaught: string[] = []
  for (const statement of statements) {
    const lost = subjectWith((text) => (text === statement ? text.replace(condition, '? is not null') : text))
    const caught = await apart?.check(lost).then(
      () => false,
      () => true,
    )
    if (caught !== true) uncaught.push(statement)
  }
  expect(statements.size).toBeGreaterThan(20)
  expect(uncaught.filter((statement) => !guardedOtherwise.test(statement))).toEqual([])
})
