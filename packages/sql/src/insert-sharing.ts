import { CompiledQuery, sql } from 'kysely'
import { type BulkInsert, sizes } from './bulk-insert.ts'
import type { Database, Tables } from './tables.ts'
import { breathe } from './transaction.ts'

/**
 * A bulk insert for rows that mostly have the same values in some columns, `shared`: a statement is given these once, because
 * handing a value over costs as much as storing it. Only for a database that can select from a list of values.
 */
export function insertSharing<Table extends keyof Tables, Column extends keyof Tables[Table] & string>(
  table: Table,
  shared: readonly Column[],
  own: readonly Column[],
): BulkInsert<Pick<Tables[Table], Column>> {
  type Row = Pick<Tables[Table], Column>
  const texts = new Map<number, string>()

  function textFor(db: Database, size: number): string {
    const known = texts.get(size)
    if (known !== undefined) return known
    const row = sql`(${sql.join(own)})`
    const names = own.map((_, index) => sql.ref(`column${index + 1}`))
    const values = sql.join(Array.from({ length: size }, () => row))
    const select = sql`select ${sql.join([...shared.map((column) => sql.val(column)), ...names])} from (values ${values})`
    const columns = [...shared, ...own] as never
    const text = db.insertInto(table).columns(columns).expression(select).compile().sql
    texts.set(size, text)
    return text
  }

  async function write(db: Database, rows: readonly Row[], size: number): Promise<number> {
    const parameters: unknown[] = shared.map((column) => rows[0]?.[column])
    for (const row of rows) for (const column of own) parameters.push(row[column])
    const { numAffectedRows } = await db.executeQuery(CompiledQuery.raw(textFor(db, size), parameters))
    return Number(numAffectedRows ?? 0)
  }

  return async (db, rows) => {
    let written = 0
    for (const alike of groupsOf(rows, shared)) {
      for (let from = 0; from < alike.length; ) {
        const size = sizes.find((each) => each <= alike.length - from) ?? 1
        written += await write(db, alike.slice(from, from + size), size)
        from += size
        if (size === sizes[0]) await breathe()
      }
    }
    return written
  }
}

/** Rows with the same values in these columns. */
function groupsOf<Row, Column extends keyof Row>(rows: readonly Row[], columns: readonly Column[]): Iterable<Row[]> {
  const groups = new Map<string, Row[]>()
  let last: Row[] = []
  for (const row of rows) {
    const [first] = last
    if (first === undefined || !isAlike(first, row, columns)) {
      const key = JSON.stringify(columns.map((column) => row[column]))
      const group = groups.get(key) ?? []
      groups.set(key, group)
      last = group
    }
    last.push(row)
  }
  return groups.values()
}

function isAlike<Row, Column extends keyof Row>(one: Row, other: Row, columns: readonly Column[]): boolean {
  for (const column of columns) if (one[column] !== other[column]) return false
  return true
}
