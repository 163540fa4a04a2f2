import { unfinishedExecutionStates } from '../../model/execution.ts'
import { hasArrow } from '../../model/phase.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Claim } from '../../ports/lease-store.ts'
import { voidApproval } from '../decide/void-approval.ts'
import { describeFailure } from '../failure.ts'
import { endExecutions } from '../journal/end.ts'
import { asItStands, isKnown } from '../journal/outcome.ts'
import type { Parts } from '../parts.ts'
import { commitStep } from './commit-step.ts'
import { noticeOf } from './notice.ts'
import { joinResults, moveTo } from './result.ts'

/**
 * Escalates an incident that the engine cannot take any further, because its steps fail again and again. It reads only
 * what the escalation itself needs: whatever else a step reads may be what fails. What its plan did and is known ends as
 * it stands; what nobody can tell keeps its locks, and is read again. Answers false, and writes nothing, when the incident
 * waits for a person or is over already, or when its lease is lost.
 */
export async function giveUp(parts: Parts, claim: Claim, error: unknown, ctx: CallContext): Promise<boolean> {
  const { store } = parts
  const { tenant, incidentId } = claim
  const [incident, unfinished, now] = await Promise.all([
    store.get('incident', tenant, incidentId, ctx),
    store.list('execution', { tenant, incidentId, states: unfinishedExecutionStates, limit: 100 }, ctx),
    store.now(ctx),
  ])
  if (incident === undefined || !hasArrow(incident.phase, 'escalated')) return false
  const view = { claim, incident, unfinished, now, ctx }
  const voided = await voidApproval(parts, view, 'step-failed')
  const ended = await endExecutions(parts, view, unfinished.filter(isKnown).map(asItStands))
  const reason = 'step-failed'
  const failure = describeFailure(`its steps keep failing while it is ${incident.phase}`, error)
  const actions = unfinished.filter((execution) => execution.undoes === undefined)
  const notice = noticeOf(parts, view, 'page', { matter: reason, to: 'escalated', reason, actions, because: failure })
  // What people said and what cleared meanwhile was seen by no step: another has to look.
  const again = now + parts.settings.execution.readEveryMs
  const deadlines = unfinished.every(isKnown) ? { poll: again } : { poll: again, execution: again }
  const moved = moveTo(parts, view, 'escalated', { reason, failure, deadlines, next: { undoing: undefined } })
  return commitStep(parts, view, joinResults(joinResults(voided, ended), joinResults(notice, moved)))
}
