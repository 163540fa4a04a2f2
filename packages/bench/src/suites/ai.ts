import { redaction } from '../ai/redaction.ts'
import type { Effort, Row } from '../row.ts'
import { aiDiagnosis } from './ai-diagnosis.ts'

/** What a diagnosis with a model costs of our own. */
export async function* ai(effort: Effort): AsyncIterable<Row> {
  yield* aiDiagnosis(effort)
  yield* redaction(effort)
}
