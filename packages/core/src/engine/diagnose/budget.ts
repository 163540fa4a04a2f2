import type { Parts } from '../parts.ts'
import type { StepView } from '../steps/view.ts'

/** Whether an incident may be diagnosed now. */
export type DiagnosisBudget =
  | { readonly kind: 'now' }
  | { readonly kind: 'wait'; readonly until: number }
  | { readonly kind: 'spent' }

/** At most one diagnosis in `minIntervalMs`, and `maxPerIncident` in all until a person asks or the incident relapses. */
export function diagnosisBudget(parts: Parts, view: StepView): DiagnosisBudget {
  const { minIntervalMs, maxPerIncident } = parts.settings.diagnosis
  const { diagnoses, lastDiagnosedAt } = view.incident
  if (diagnoses >= maxPerIncident) return { kind: 'spent' }
  const until = lastDiagnosedAt === undefined ? view.now : lastDiagnosedAt + minIntervalMs
  return view.now < until ? { kind: 'wait', until } : { kind: 'now' }
}
