import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { sqlStore } from '@mendkit/sql'
import {
  type AttackedStore,
  attackedLogKeys,
  auditAttackContract,
  callContext,
  holdsTo,
  virtualClock,
} from '@mendkit/testkit'
import { test } from 'vitest'
import { temporaryFile } from './folder.ts'
import { type LogTables, logRowsOf, logTables, logTablesOf } from './log-rows.ts'

async function subject(): Promise<AttackedStore & AsyncDisposable> {
  const file = temporaryFile()
  const store = sqlStore(file)
  await store.open({ clock: virtualClock(), ...attackedLogKeys }, callContext())
  return {
    store,
    [Symbol.asyncDispose]: () => store.close(),
    async rewrite(tenant, change) {
      using database = new DatabaseSync(file, { timeout: 5_000 })
      const names = Object.keys(logTables) as (keyof LogTables)[]
      const all = names.map((table) => [table, database.prepare(`select * from ${table}`).all()] as const)
      const tables = logTablesOf(tenant, change(logRowsOf(Object.fromEntries(all) as unknown as LogTables)))
      database.exec(`begin; ${names.map((table) => `delete from ${table};`).join('')}`)
      for (const table of names) {
        const columns = logTables[table]
        const insert = database.prepare(`insert into ${table} values (${columns.map(() => '?').join()})`)
        for (const row of tables[table]) insert.run(...columns.map((column) => (row[column] ?? null) as SQLInputValue))
      }
      database.exec('commit')
    },
  }
}

holdsTo((name, run) => test(name, { timeout: 60_000 }, run), 'a log in a SQLite file', auditAttackContract, subject)
