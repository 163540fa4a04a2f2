import { draft } from '../draft.ts'
import type { Parts } from '../parts.ts'
import { judgeSuggestion } from './judge-suggestion.ts'
import { joinResults, moveTo, waitFor } from './result.ts'
import type { StepResult, StepView } from './view.ts'

/** What is still to be judged comes first; then see `held`. */
export async function resolved(parts: Parts, view: StepView): Promise<StepResult> {
  const { unjudged } = view.incident
  return unjudged === undefined ? held(parts, view) : judgeSuggestion(parts, view, unjudged)
}

/** Opens a resolved incident again when an alert came back within the hold; closes it when the hold is over. */
function held(parts: Parts, view: StepView): StepResult {
  const { incident } = view
  if (view.firing > 0) {
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
    }
    return joinResults({ audit: [relapsed], next }, moveTo(parts, view, 'open'))
  }
  const hold = incident.deadlines.hold ?? incident.phaseSince + parts.settings.hold.ms
  if (view.now < hold) return waitFor(view, 'hold', hold)
  const drop = { kind: 'drop-correlation-keys', incidentId: incident.id } as const
  return moveTo(parts, view, 'closed', { reason: 'hold-over', put: [drop] })
}

/** Closed is final: nothing is due any more. */
export function closed(): StepResult {
  return {}
}
