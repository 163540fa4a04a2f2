import { levelForNamespace } from '../autonomy.ts'
import type { Parts } from '../parts.ts'
import { moveTo, waitFor } from './result.ts'
import type { StepResult, StepView } from './view.ts'

/** Gives the storm its settling time, then begins to diagnose; with autonomy off the incident only correlates. */
export function open(parts: Parts, view: StepView): StepResult {
  const level = levelForNamespace(parts.autonomy, view.incident.resource?.namespace)
  if (level === 'off' || view.holder.on) return { next: { deadlines: {} } }
  const settledAt = view.incident.phaseSince + parts.settings.correlation.settleMs
  if (view.now < settledAt) return waitFor(view, 'settle', settledAt)
  return moveTo(parts, view, 'diagnosing')
}
