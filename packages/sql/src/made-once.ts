import { CompiledQuery, type QueryResult } from 'kysely'
import type { Database } from './tables.ts'

/** Runs a query with these values for its parameters, in the order in which its text names them. */
export type MadeOnce<Row> = (db: Database, parameters: readonly unknown[]) => Promise<QueryResult<Row>>

/**
 * A query whose text is made when it is first asked for: building it anew costs more than running it. The values that
 * `make` gives only stand for the parameters.
 */
export function madeOnce<Row>(make: (db: Database) => { compile(): CompiledQuery<Row> }): MadeOnce<Row> {
  let text: string | undefined
  return (db, parameters) => {
    text ??= make(db).compile().sql
    return db.executeQuery<Row>(CompiledQuery.raw(text, [...parameters]))
  }
}
