import { draft } from '../draft.ts'
import type { Parts } from '../parts.ts'
import { judgeSuggestion } from './judge-suggestion.ts'
import { joinResults, moveTo, waitFor } from './result.ts'
import { membersOf, type StepResult, type StepView } from './view.ts'

/** What is still to be judged comes first, once its alerts have cleared; then see `held`. */
export async function resolved(parts: Parts, view: StepView): Promise<StepResult> {
  const { unjudged } = view.incident
  const isClear = view.firing === 0 && view.suppressed === 0
  const clearedAt = unjudged?.clearedAt ?? (isClear ? view.now : undefined)
  if (unjudged === undefined || clearedAt === undefined) return held(parts, view)
  return judgeSuggestion(parts, view, { planId: unjudged.planId, clearedAt })
}

/**
 * Opens a resolved incident again when an alert came back within the hold; closes it when the hold is over. What a person
 * resolved while alerts fired has the hold to clear, and no longer.
 */
function held(parts: Parts, view: StepView): StepResult {
  const { incident } = view
  const hold = incident.deadlines.hold ?? incident.phaseSince + parts.settings.hold.ms
  const { membersWhenResolved: known } = incident
  const stillClears = known !== undefined && membersOf(view) <= known && view.now < hold
  if (view.firing > 0 && !stillClears) {
    const relapses = incident.relapses + 1
    const relapsed = draft(parts, 'incident-relapsed', { kind: 'incident', id: incident.id }, { relapses })
    const next = {
      relapses,
      diagnoses: 0,
      voids: {},
      goodSince: undefined,
      undoing: undefined,
      planId: undefined,
      approvalId: undefined,
      membersWhenResolved: undefined,
      unjudged: undefined,
    }
    return joinResults({ audit: [relapsed], next }, moveTo(parts, view, 'open'))
  }
  const cleared = view.firing === 0 && known !== undefined ? { next: { membersWhenResolved: undefined } } : {}
  if (view.now < hold) return waitFor(view, 'hold', hold, cleared)
  const drop = { kind: 'drop-correlation-keys', incidentId: incident.id } as const
  return moveTo(parts, view, 'closed', { reason: 'hold-over', put: [drop] })
}

/** Closed is final: nothing is due any more. */
export function closed(): StepResult {
  return {}
}
