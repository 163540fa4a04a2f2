import { DatabaseSync } from 'node:sqlite'
import { Kysely, type SqliteDatabase, SqliteDialect } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { preparedDatabase } from '../src/client.ts'
import { sqlite } from '../src/dialect/sqlite.ts'
import type { Tables } from '../src/tables.ts'
import { inTransaction, type Receipt } from '../src/transaction.ts'

/** What drivers say in words of their own when they stop waiting for an answer. */
const silent = () => new Error('Query read timeout')

/** A database whose first commit is kept, or not, and never answered. */
function unanswering(kept: boolean) {
  const database = new DatabaseSync(':memory:')
  database.exec('create table done (times integer); create table receipt (token text)')
  const inner = preparedDatabase(database)
  let answers = false
  const outer: SqliteDatabase = {
    close: () => inner.close(),
    prepare(sql) {
      const statement = inner.prepare(sql)
      if (sql !== 'commit') return statement
      const run: typeof statement.run = (parameters) => {
        if (answers) return statement.run(parameters)
        answers = true
        if (kept) statement.run(parameters)
        throw silent()
      }
      return { ...statement, run }
    },
  }
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: outer }) })
  onTestFinished(() => db.destroy())
  const count = (table: string) => Number(database.prepare(`select count(*) as n from ${table}`).get()?.['n'])
  const receipt: Receipt = {
    write: async () => database.exec(`insert into receipt values ('t')`),
    isThere: async () => count('receipt') === 1,
  }
  const run = () =>
    inTransaction(db, { dialect: { ...sqlite, commitsAgain: false }, patienceMs: 100, receipt }, async () => {
      database.exec('insert into done values (1)')
      return { keep: true, result: 'done' }
    })
  return { run, times: () => count('done') }
}

test('a commit that was kept and never answered counts as kept, whatever the driver says of it', async () => {
  const { run, times } = unanswering(true)
  expect(await run()).toBe('done')
  expect(times()).toBe(1)
})

test('a commit that was not kept fails with what the driver said, and leaves nothing', async () => {
  const { run, times } = unanswering(false)
  await expect(run()).rejects.toThrow('Query read timeout')
  expect(times()).toBe(0)
  expect(await run()).toBe('done')
})
