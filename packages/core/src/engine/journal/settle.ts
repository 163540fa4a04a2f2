import type { CommandBody } from '../../model/command.ts'
import { draft } from '../draft.ts'
import type { Parts } from '../parts.ts'
import { joinResults, moveTo } from '../steps/result.ts'
import type { StepResult, StepView } from '../steps/view.ts'
import { endExecutions } from './end.ts'
import { asItStands, isKnown } from './outcome.ts'

/**
 * Ends an execution on a person's word: its locks and caps are free again. What else its plan did and is known ends with it
 * as it stands, what nobody can tell is read again, and the incident stays with the person.
 */
export async function settleExecution(
  parts: Parts,
  view: StepView,
  body: Extract<CommandBody, { kind: 'settle' }>,
): Promise<StepResult> {
  const execution = view.unfinished.find((each) => each.id === body.executionId)
  if (execution === undefined) return {}
  const state = body.outcome === 'applied' ? 'escalated' : 'no-effect'
  const observed =
    body.outcome === 'applied' ? { ...execution, observedAt: execution.observedAt ?? view.now } : execution
  const ended = await endExecutions(parts, view, [{ execution: observed, state }])
  const subject = { kind: 'incident', id: view.incident.id } as const
  const entry = draft(parts, 'execution-settled', subject, { execution: execution.id, outcome: body.outcome })
  const next = body.outcome === 'applied' ? { hadEffect: true } : {}
  const settled = joinResults(ended, { audit: [entry], next })
  const { phase } = view.incident
  if (phase !== 'remediating' && phase !== 'verifying') return settled
  const siblings = view.unfinished.filter((each) => each.id !== execution.id)
  const rest = await endExecutions(parts, { ...view, unfinished: siblings }, siblings.filter(isKnown).map(asItStands))
  const deadlines = siblings.every(isKnown) ? {} : { execution: view.now + parts.settings.execution.readEveryMs }
  const moved = moveTo(parts, view, 'escalated', { reason: 'outcome-unknown', deadlines, next: { undoing: undefined } })
  return joinResults(joinResults(settled, rest), moved)
}
