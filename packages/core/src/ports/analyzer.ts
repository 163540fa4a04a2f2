import type { Analysis } from './analysis.ts'
import type { CallContext } from './context.ts'
import type { Investigation } from './investigation.ts'

/** Explains an incident from evidence. */
export interface Analyzer {
  readonly spec: 1
  readonly id: string
  /** Answers within `settings.diagnosis.timeoutMs`. What it throws, or a wrong answer, hands the incident over to a person. */
  analyze(investigation: Investigation, ctx: CallContext): Promise<Analysis>
}
