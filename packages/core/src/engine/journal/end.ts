import type { Put } from '../../model/change.ts'
import type { Execution, ExecutionState } from '../../model/execution.ts'
import { draft } from '../draft.ts'
import type { Outcome } from '../earn/count-outcomes.ts'
import type { Parts } from '../parts.ts'
import type { StepResult, StepView } from '../steps/view.ts'
import { freeLocks } from './locks.ts'

/** States that an execution does not leave again. */
type FinalState = Exclude<ExecutionState, 'intent' | 'unknown' | 'observed' | 'verifying'>

/** An execution and the state in which it ends. */
export interface Ending {
  readonly execution: Execution
  readonly state: FinalState
}

/** Ends executions in one commit: their states, their locks and caps, and an audit entry each. */
export async function endExecutions(
  parts: Parts,
  view: Pick<StepView, 'incident' | 'unfinished' | 'ctx'>,
  endings: readonly Ending[],
): Promise<StepResult> {
  const ended = endings.map((each) => each.execution)
  const ids = new Set(ended.map((each) => each.id))
  const stillHeld = view.unfinished.filter((each) => !ids.has(each.id))
  const subject = { kind: 'incident', id: view.incident.id } as const
  return {
    put: [
      ...endings.map((ending): Put => ({ kind: 'document', table: 'execution', row: endedRow(ending) })),
      ...(await freeLocks(parts, ended, stillHeld, view.ctx)),
    ],
    outcomes: endings.flatMap(outcomeOf),
    audit: endings.map(({ execution, state }) =>
      draft(parts, 'execution-ended', subject, { execution: execution.id, state }),
    ),
  }
}

/** What was done and taken back, or done in vain, counts against it; that nothing was done says nothing. */
function outcomeOf({ execution: { cause, type, target, undoes }, state }: Ending): readonly Outcome[] {
  if (undoes !== undefined || state === 'no-effect' || state === 'gone') return []
  return [{ kind: state === 'succeeded' ? 'verified' : state, cause, type, target }]
}

function endedRow({ execution, state }: Ending): Execution {
  const { resendAt: _, ...row } = execution
  return { ...row, state }
}
