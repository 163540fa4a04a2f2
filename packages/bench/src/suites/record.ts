import { appendOnSqlite } from '../record/append-sqlite.ts'
import { parts } from '../record/parts.ts'
import type { Effort, Row } from '../row.ts'

/** What the record costs: appending to the log and proving from it, the hot path's queries as tables grow, bytes on disk. */
export async function* record(effort: Effort): AsyncIterable<Row> {
  yield* appendOnSqlite(effort)
  yield* parts(effort)
}
