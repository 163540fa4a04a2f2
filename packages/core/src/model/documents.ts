import type { Approval } from './approval.ts'
import type { Command } from './command.ts'
import type { Diagnosis } from './diagnosis.ts'
import type { EarnedAutonomy } from './earned-autonomy.ts'
import type { Evidence, RecordedChange } from './evidence.ts'
import type { Execution } from './execution.ts'
import type { Incident } from './incident.ts'
import type { Lock } from './lock.ts'
import type { ModelTurn } from './model-turn.ts'
import type { Notice } from './notice.ts'
import type { Plan } from './plan.ts'
import type { Partition, Setting } from './setting.ts'
import type { JudgedSuggestion } from './suggestion.ts'

/**
 * The tables that a store keeps as documents: a tenant, an id, a revision and a body that only the engine understands.
 * A store may index what `documentIndex` says, `incidentId` and `state` (for incidents: `phase`), and nothing else of the body.
 */
export interface Documents {
  incident: Incident
  evidence: Evidence
  diagnosis: Diagnosis
  plan: Plan
  execution: Execution
  approval: Approval
  command: Command
  notice: Notice
  setting: Setting
  change: RecordedChange
  lock: Lock
  partition: Partition
  suggestion: JudgedSuggestion
  earned: EarnedAutonomy
  turn: ModelTurn
}

/** Name of a document table. */
export type DocumentTable = keyof Documents

/** Every document table. */
export const documentTables = [
  'incident',
  'evidence',
  'diagnosis',
  'plan',
  'execution',
  'approval',
  'command',
  'notice',
  'setting',
  'change',
  'lock',
  'partition',
  'suggestion',
  'earned',
  'turn',
] as const satisfies readonly DocumentTable[]

/** The state under which incidents stand that retention has emptied. They are closed. */
export const prunedState = 'pruned'

/** The two indexed facts of a document, where it has them. */
export function documentIndex(
  table: DocumentTable,
  row: Documents[DocumentTable],
): { incidentId?: string; state?: string } {
  const incidentId = table === 'incident' ? row.id : 'incidentId' in row ? row.incidentId : undefined
  // An incident that retention has emptied stands apart, so that it is not looked at again and again.
  if ('phase' in row && 'pruned' in row && row.pruned !== undefined)
    return { ...(incidentId && { incidentId }), state: prunedState }
  const state = 'state' in row ? row.state : 'phase' in row ? row.phase : undefined
  return { ...(incidentId !== undefined && { incidentId }), ...(state !== undefined && { state }) }
}
