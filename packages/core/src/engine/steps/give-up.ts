import { unfinishedExecutionStates } from '../../model/execution.ts'
import { hasArrow } from '../../model/phase.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Claim } from '../../ports/lease-store.ts'
import { voidApproval } from '../decide/void-approval.ts'
import { holderOf } from '../escalation/holder.ts'
import { pageNext } from '../escalation/page-next.ts'
import { describeFailure } from '../failure.ts'
import { endExecutions } from '../journal/end.ts'
import { asItStands, isKnown } from '../journal/outcome.ts'
import type { Parts } from '../parts.ts'
import { commitStep } from './commit-step.ts'
import { holderSetting } from './load.ts'
import { noticeOf } from './notice.ts'
import { joinResults, moveTo } from './result.ts'
import type { IncidentPatch, StepView } from './view.ts'

/**
 * Escalates an incident that the engine cannot take any further, because its steps fail again and again. It reads only
 * what the escalation itself needs: whatever else a step reads may be what fails. What its plan did and is known ends as
 * it stands; what nobody can tell keeps its locks, and is read again. One that is escalated already is paged further when
 * that is due. Answers false, and writes nothing, when there is none of this to do, or when its lease is lost.
 */
export async function giveUp(parts: Parts, claim: Claim, error: unknown, ctx: CallContext): Promise<boolean> {
  const { store } = parts
  const { tenant, incidentId } = claim
  const [incident, unfinished, now] = await Promise.all([
    store.get('incident', tenant, incidentId, ctx),
    store.list('execution', { tenant, incidentId, states: unfinishedExecutionStates, limit: 100 }, ctx),
    store.now(ctx),
  ])
  if (incident === undefined) return false
  const view = { claim, incident, unfinished, now, ctx }
  if (!hasArrow(incident.phase, 'escalated')) return pageOn(parts, view)
  const voided = await voidApproval(parts, view, 'step-failed')
  const ended = await endExecutions(parts, view, unfinished.filter(isKnown).map(asItStands))
  const reason = 'step-failed'
  const failure = describeFailure(`its steps keep failing while it is ${incident.phase}`, error)
  const actions = unfinished.filter((execution) => execution.undoes === undefined)
  const notice = noticeOf(parts, view, 'page', { matter: reason, to: 'escalated', reason, actions, because: failure })
  // What people said and what cleared meanwhile was seen by no step: another has to look.
  const again = now + parts.settings.execution.readEveryMs
  const deadlines = unfinished.every(isKnown) ? { poll: again } : { poll: again, execution: again }
  const next = { undoing: undefined, ...triedDiagnosis(view) }
  const moved = moveTo(parts, view, 'escalated', { reason, failure, deadlines, next })
  return commitStep(parts, view, joinResults(joinResults(voided, ended), joinResults(notice, moved)))
}

/** A diagnosis that never came to its end counts as one, or what it has not seen would have it begun again without bound. */
function triedDiagnosis({ incident, now }: Pick<StepView, 'incident' | 'now'>): IncidentPatch {
  if (incident.phase !== 'diagnosing') return {}
  return { diagnoses: incident.diagnoses + 1, lastDiagnosedAt: now, diagnosisAskedBy: undefined }
}

/** Nobody has answered, and the step that would page the next tier may be what fails. */
async function pageOn(
  parts: Parts,
  view: Pick<StepView, 'claim' | 'incident' | 'unfinished' | 'now' | 'ctx'>,
): Promise<boolean> {
  const { tenant, id, escalation } = view.incident
  if (escalation?.kind !== 'paging' || view.now < escalation.dueAt) return false
  const holderId = holderSetting(id)
  const holder = holderOf(holderId, await parts.store.get('setting', tenant, holderId, view.ctx))
  const paged = await pageNext(parts, { ...view, holder })
  return paged !== undefined && commitStep(parts, { ...view, holder }, paged)
}
