import { type Expression, type SqlBool, sql } from 'kysely'
import type { Tables } from '../tables.ts'
import type { Insert } from './dialect.ts'

/*
 * What SQLite and PostgreSQL say alike.
 */

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
      starts_from: sql<number>`case when excluded.starts_from < ${sql.ref('mendkit_correlation_key.starts_from')}
        then excluded.starts_from else ${sql.ref('mendkit_correlation_key.starts_from')} end`,
      starts_until: sql<number>`case when excluded.starts_until > ${sql.ref('mendkit_correlation_key.starts_until')}
        then excluded.starts_until else ${sql.ref('mendkit_correlation_key.starts_until')} end`,
    }),
  )
}

/** Rows that come after one of these values in the order of these columns. */
export function isAfter(columns: readonly string[], values: readonly unknown[]): Expression<SqlBool> {
  return sql<SqlBool>`(${sql.join(columns.map((column) => sql.ref(column)))}) > (${sql.join(values)})`
}

/** An index of those rows for which `where` holds. */
export function partialIndex(
  name: string,
  { table, columns, where }: { readonly table: string; readonly columns: string; readonly where: string },
): string {
  return `create index ${name} on ${table} (${columns}) where ${where}`
}
