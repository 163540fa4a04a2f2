import type { Dialect } from '../dialect/dialect.ts'
import type { Database } from '../tables.ts'
import { keptTables, type TableContents } from './contents.ts'
import { type DatabaseRow, toBackup } from './rows.ts'

/** Rows of one read. */
const pageSize = 500

/** What every backup begins with. */
export const firstLine = '{"mendkit":"backup","format":1}'

/**
 * Every row of every table as lines of text, in an order that is the same in every database; `counted` hears of each
 * table's rows. Holds one page of rows. Runs within a transaction that sees one moment.
 */
export async function* backupLines(
  db: Database,
  dialect: Dialect,
  counted: (table: string, rows: number) => void,
): AsyncGenerator<string, void> {
  yield `${firstLine}\n`
  for (const contents of keptTables) {
    const { table, columns } = contents
    yield `${JSON.stringify({ table, columns: columns.map(([name]) => name) })}\n`
    let rows = 0
    for await (const all of pages(db, dialect, contents)) {
      const page = all.filter((row) => !isExcept(contents, row))
      rows += page.length
      yield page.map((row) => `${JSON.stringify(toBackup(contents, row))}\n`).join('')
    }
    counted(table, rows)
  }
}

function isExcept({ except }: TableContents, row: DatabaseRow): boolean {
  return except !== undefined && Object.entries(except).every(([column, value]) => row[column] === value)
}

async function* pages(
  db: Database,
  dialect: Dialect,
  { table, columns, key }: TableContents,
): AsyncGenerator<readonly DatabaseRow[], void> {
  const names = columns.map(([name]) => name)
  let last: DatabaseRow | undefined
  for (;;) {
    // The builder knows which columns belong to which table; here the list of tables does.
    let query = db.selectFrom(table as 'mendkit_audit').select(names as never)
    if (last !== undefined) {
      const after = last
      query = query.where(
        dialect.isAfter(
          key,
          key.map((column) => after[column]),
        ),
      )
    }
    for (const column of key) query = query.orderBy(column as never)
    const page: readonly DatabaseRow[] = await query.limit(pageSize).execute()
    if (page.length > 0) yield page
    last = page.at(-1)
    if (page.length < pageSize) return
  }
}
