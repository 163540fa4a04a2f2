import { unseenSymptoms } from '../decide/facts.ts'
import { diagnosisBudget } from '../diagnose/budget.ts'
import type { Parts } from '../parts.ts'
import { moveTo, waitFor } from './result.ts'
import type { StepResult, StepView } from './view.ts'

/**
 * Watches an incident that waits for a person: a symptom that its diagnosis had not seen is worth a new one, as often as
 * the budget allows, never while somebody holds it, and not before a page was answered or nobody is left to page: a new
 * diagnosis ends the paging, and may end where nobody is called.
 */
export async function watchFacts(parts: Parts, view: StepView): Promise<StepResult> {
  const nothing: StepResult = { next: { deadlines: {} } }
  if (view.holder.on || view.unfinished.length > 0 || view.firing === 0) return nothing
  if (view.incident.escalation?.kind === 'paging') return nothing
  const unseen = await unseenSymptoms(parts, view)
  if (unseen.length === 0) return nothing
  const budget = diagnosisBudget(parts, view)
  if (budget.kind === 'spent') return nothing
  if (budget.kind === 'wait') return waitFor(view, 'diagnose', budget.until)
  return moveTo(parts, view, 'diagnosing')
}
