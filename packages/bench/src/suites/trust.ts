import type { Effort, Row } from '../row.ts'
import { decisions } from '../trust/decisions.ts'
import { inFlight } from '../trust/in-flight.ts'
import { journal } from '../trust/journal.ts'
import { journalOnPostgres } from '../trust/journal-on-postgres.ts'
import { seeds } from '../trust/seeds.ts'

/** What trust costs: decisions with their reasons, the journal, a crash amid many effects, and the simulator. */
export async function* trust(effort: Effort): AsyncIterable<Row> {
  yield* decisions(effort)
  yield* journal(effort)
  yield* journalOnPostgres(effort)
  yield* inFlight(effort)
  yield* seeds(effort)
}
