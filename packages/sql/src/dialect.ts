import { CompiledQuery, type InsertQueryBuilder, sql } from 'kysely'
import type { Database, Tables } from './tables.ts'

/*
 * Everything that databases say differently. The rest of the package is plain SQL that SQLite, PostgreSQL and MySQL
 * share; another database needs another set of these, and nothing else.
 */

type Insert<Table extends keyof Tables> = InsertQueryBuilder<Tables, Table, unknown>

/** Opens a transaction that holds the write lock from its first statement on. */
export const beginWriting = CompiledQuery.raw('begin immediate')

/** Types of columns, and what makes the rows of a narrow table live in its primary key. */
export const columnTypes = {
  name: 'text',
  text: 'text',
  whole: 'integer',
  bytes: 'blob',
  /** A whole number that rises from row to row, given by the database. */
  rowNumber: 'integer primary key',
  inKey: ' without rowid',
} as const

/** Leaves rows out whose key exists already. */
export function orIgnore<Table extends keyof Tables>(insert: Insert<Table>): Insert<Table> {
  return insert.onConflict((conflict) => conflict.doNothing())
}

/** Sets these columns where the row exists already. */
export function orReplace<Table extends keyof Tables>(
  insert: Insert<Table>,
  key: readonly (keyof Tables[Table] & string)[],
  columns: readonly (keyof Tables[Table] & string)[],
): Insert<Table> {
  const set = Object.fromEntries(columns.map((column) => [column, sql.ref(`excluded.${column}`)]))
  return insert.onConflict((conflict) => conflict.columns(key as never).doUpdateSet(set as never))
}

/** Widens the stretch of a correlation key where it is held already. */
export function orWiden(insert: Insert<'mendkit_correlation_key'>): Insert<'mendkit_correlation_key'> {
  return insert.onConflict((conflict) =>
    conflict.columns(['tenant', 'cluster', 'correlation_key', 'incident_id']).doUpdateSet({
      starts_from: sql<number>`case when excluded.starts_from < mendkit_correlation_key.starts_from
        then excluded.starts_from else mendkit_correlation_key.starts_from end`,
      starts_until: sql<number>`case when excluded.starts_until > mendkit_correlation_key.starts_until
        then excluded.starts_until else mendkit_correlation_key.starts_until end`,
    }),
  )
}

/** Whether a table of this name exists. */
export async function hasTable(db: Database, table: string): Promise<boolean> {
  const found = await sql`select name from sqlite_master where type = 'table' and name = ${table}`.execute(db)
  return found.rows.length > 0
}
