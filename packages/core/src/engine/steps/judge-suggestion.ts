import type { Put } from '../../model/change.ts'
import type { Incident } from '../../model/incident.ts'
import type { Plan, PlannedAction } from '../../model/plan.ts'
import { withoutLabels } from '../../model/resource.ts'
import type { JudgedSuggestion, SuggestionVerdict } from '../../model/suggestion.ts'
import { previewAction } from '../decide/plan-action.ts'
import { sameJson } from '../digest.ts'
import { draft } from '../draft.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import type { StepResult, StepView } from './view.ts'

/**
 * Compares what was suggested or asked, and not carried out, with what is there now that the alerts have cleared: each action is
 * previewed once more, within the time that any preview has. Recorded in one commit; what cannot be read counts for nothing.
 */
export async function judgeSuggestion(
  parts: Parts,
  view: StepView,
  { planId, clearedAt }: Required<NonNullable<Incident['unjudged']>>,
): Promise<StepResult> {
  const { incident, ctx } = view
  const judged: StepResult = { next: { unjudged: undefined }, dueAt: 'now' }
  const plan = await parts.store.get('plan', incident.tenant, planId, ctx)
  if (plan === undefined) return judged
  const rows = await Promise.all(
    plan.actions.map(async (action) => rowOf(plan, action, clearedAt, await verdictOn(parts, view, action))),
  )
  return {
    ...judged,
    put: rows.map((row): Put => ({ kind: 'document', table: 'suggestion', row })),
    audit: rows.map((row) => judgedEntry(parts, row)),
    outcomes: rows.flatMap(({ verdict: kind, ...about }) => (kind === 'unknown' ? [] : [{ kind, ...about }])),
  }
}

async function verdictOn(parts: Parts, view: StepView, promised: PlannedAction): Promise<SuggestionVerdict> {
  // What fires again before anybody looked was cured by nothing that could be seen now.
  if (view.firing > 0) return 'unknown'
  try {
    const { planned: now } = await previewAction(parts, view, promised)
    // What refuses without a guard has read nothing; other refusals say what they saw.
    if (now.refused !== undefined && now.guard === null) return 'unknown'
    if (now.alreadySo || sameJson(now.before, promised.after)) return 'same'
    const untouched = now.target.uid === promised.target.uid && now.fieldsDigest === promised.fieldsDigest
    return untouched ? 'self-cleared' : 'different'
  } catch (error) {
    view.ctx.signal.throwIfAborted()
    parts.log.warn(describeFailure(`nobody can tell whether ${promised.type} was done by hand`, error))
    return 'unknown'
  }
}

function rowOf(
  { tenant, id: planId, incidentId, cause, at: suggestedAt }: Plan,
  { executionId: id, type, target }: PlannedAction,
  clearedAt: number,
  verdict: SuggestionVerdict,
): JudgedSuggestion {
  const about = { cause, type, target: withoutLabels(target) }
  return { tenant, id, incidentId, planId, ...about, verdict, suggestedAt, clearedAt, revision: 0 }
}

function judgedEntry(parts: Parts, row: JudgedSuggestion) {
  const { id: execution, planId: plan, cause, type: action, target, verdict, clearedAt, suggestedAt } = row
  const data = { plan, execution, cause, action, target, verdict, clearedAfterMs: clearedAt - suggestedAt }
  return draft(parts, 'suggestion-judged', { kind: 'incident', id: row.incidentId }, data)
}
