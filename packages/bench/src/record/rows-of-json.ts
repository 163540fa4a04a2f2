import { DatabaseSync } from 'node:sqlite'
import { objectOf, tenant } from './drafts.ts'

/** The yardstick: rows of JSON in the same columns, in a SQLite file that is set up like ours, without chain, tree or signature. */
export function plainFile(file: string): Disposable & { readonly append: (from: number, count: number) => void } {
  const database = new DatabaseSync(file)
  const pragmas = ['page_size = 8192', 'journal_mode = wal', 'synchronous = full', 'wal_autocheckpoint = 2000']
  for (const pragma of pragmas) database.exec(`pragma ${pragma}`)
  database.exec(
    'create table entry (tenant text not null, seq integer not null, bytes blob, primary key (tenant, seq))',
  )
  const inserts = new Map<number, ReturnType<DatabaseSync['prepare']>>()
  const insertOf = (count: number) => {
    const known = inserts.get(count)
    if (known !== undefined) return known
    const rows = Array.from({ length: count }, () => '(?, ?, ?)').join()
    const made = database.prepare(`insert into entry (tenant, seq, bytes) values ${rows}`)
    inserts.set(count, made)
    return made
  }
  return {
    append(from, count) {
      const values: (string | number | Uint8Array)[] = []
      for (let mark = from; mark < from + count; mark += 1) {
        values.push(tenant, mark, Buffer.from(JSON.stringify(objectOf(mark))))
      }
      database.exec('begin immediate')
      insertOf(count).run(...values)
      database.exec('commit')
    },
    [Symbol.dispose]: () => database.close(),
  }
}
