import type { Execution } from '../../model/execution.ts'
import type { Parts } from '../parts.ts'
import { joinResults } from '../steps/result.ts'
import type { StepResult, StepView } from '../steps/view.ts'
import { beginVerifying } from '../verify/begin.ts'
import { endExecutions } from './end.ts'
import { escalateUndo, observedEntry } from './outcome.ts'

/**
 * The reply was lost and the target is gone, so that nobody will ever tell whether through this execution. Whether the
 * symptom is gone too can still be told: a plan goes on to its verification, and not to its next action. An undo whose
 * target is gone calls a person. Anywhere else there is nothing left to find out, and the execution ends.
 */
export async function goneResult(parts: Parts, view: StepView, execution: Execution): Promise<StepResult> {
  const { phase, undoing } = view.incident
  const row: Execution = { ...execution, gone: true, observedAt: view.now }
  const told: StepResult = { audit: [observedEntry(parts, execution, 'gone')], next: { hadEffect: true } }
  if (phase === 'remediating' && undoing === undefined) {
    const seen: StepResult = { put: [{ kind: 'document', table: 'execution', row: { ...row, state: 'observed' } }] }
    return joinResults(joinResults(told, seen), await beginVerifying(parts, view))
  }
  const ended = joinResults(told, await endExecutions(parts, view, [{ execution: row, state: 'gone' }]))
  if (phase !== 'remediating') return joinResults(ended, { dueAt: 'now' })
  return joinResults(ended, await escalateUndo(parts, view, [execution.id]))
}
