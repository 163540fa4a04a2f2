import { CompiledQuery, type InsertQueryBuilder } from 'kysely'
import type { Database, Tables } from './tables.ts'
import { breathe } from './transaction.ts'

/** How many rows one statement may hold or name. Few sizes, so that few statements stay prepared. */
export const sizes = [500, 100, 20, 5, 1] as const

/** Inserts rows by statements of up to 500 rows; answers how many rows were written. */
export type BulkInsert<Row> = (db: Database, rows: readonly Row[]) => Promise<number>

/**
 * An insert whose text is made once per number of rows: building it anew would cost more than running it. `finish` adds
 * what happens to rows whose key exists.
 */
export function bulkInsert<Table extends keyof Tables, Column extends keyof Tables[Table] & string>(
  table: Table,
  columns: readonly Column[],
  finish: (insert: InsertQueryBuilder<Tables, Table, unknown>) => InsertQueryBuilder<Tables, Table, unknown>,
): BulkInsert<Pick<Tables[Table], Column>> {
  const texts = new Map<number, string>()

  function textFor(db: Database, size: number): string {
    const known = texts.get(size)
    if (known !== undefined) return known
    const row = Object.fromEntries(columns.map((column) => [column, '']))
    const insert = db.insertInto(table).values(Array.from({ length: size }, () => row) as never)
    // The builder's type depends on the table, which only the caller knows.
    const text = finish(insert as never).compile().sql
    texts.set(size, text)
    return text
  }

  return async (db, rows) => {
    let written = 0
    for (let from = 0; from < rows.length; ) {
      const size = sizes.find((each) => each <= rows.length - from) ?? 1
      const parameters: unknown[] = []
      for (let at = from; at < from + size; at += 1) {
        const row = rows[at]
        for (const column of columns) parameters.push(row?.[column])
      }
      const { numAffectedRows } = await db.executeQuery(CompiledQuery.raw(textFor(db, size), parameters))
      written += Number(numAffectedRows ?? 0)
      from += size
      if (size === sizes[0]) await breathe()
    }
    return written
  }
}

/** An insert that leaves out rows whose key exists already, also where the database says so by failing. One row a statement. */
export function insertNew<Row>(insert: BulkInsert<Row>, isDuplicate: (error: unknown) => boolean): BulkInsert<Row> {
  return async (db, rows) => {
    let written = 0
    for (const row of rows) {
      try {
        written += await insert(db, [row])
      } catch (error) {
        if (!isDuplicate(error)) throw error
      }
    }
    return written
  }
}

/** The rows in pieces that one statement may name. */
export function* chunks<Row>(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let from = 0; from < rows.length; from += sizes[0]) yield rows.slice(from, from + sizes[0])
}
