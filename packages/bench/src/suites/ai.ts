import { redaction } from '../ai/redaction.ts'
import type { Effort, Row } from '../row.ts'
import { aiDiagnosis } from './ai-diagnosis.ts'

/** What belongs to diagnosis by models. */
export async function* ai(effort: Effort): AsyncIterable<Row> {
  yield* aiDiagnosis(effort)
  yield* redaction(effort)
}
