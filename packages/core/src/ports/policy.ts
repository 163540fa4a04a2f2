import type { IncidentView } from '../model/incident.ts'
import type { Decision, PlannedAction } from '../model/plan.ts'

/** What a policy may read: never a model's opinion of itself, never free text. */
export interface PolicyInput {
  readonly plan: { readonly actions: readonly PlannedAction[] }
  readonly incident: IncidentView
  /** Milliseconds since 1970. */
  readonly now: number
}

/**
 * Judges a plan. `deny` beats `ask` beats `allow`; if all abstain the plan is denied; a policy that throws denies,
 * and so does one whose answer is no decision (a question needs somebody who may answer and a time that is a number).
 * Judged again right before every effect; a stricter answer then voids an approval.
 */
export interface Policy {
  readonly spec: 1
  readonly id: string
  /** Its answer for the whole plan. What it throws is a denial. */
  decide(input: PolicyInput): Decision | Promise<Decision>
}
