import { redaction } from '../ai/redaction.ts'
import type { Effort, Row } from '../row.ts'

/** What a diagnosis with a model costs of our own. */
export async function* ai(effort: Effort): AsyncIterable<Row> {
  yield* redaction(effort)
}
