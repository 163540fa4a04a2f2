import type { AutonomyLevel } from '../model/autonomy.ts'
import type { IncidentView } from '../model/incident.ts'
import type { Decision, PlannedAction } from '../model/plan.ts'
import type { PastExecution, PastIncident, PolicyHistory } from '../model/policy-history.ts'
import type { PolicyScope } from '../model/policy-scope.ts'

/** A cron pattern of five parts, and the time zone by whose clocks it is read. */
export interface CalendarWindow {
  readonly pattern: string
  readonly timeZone: string
}

/** What a policy may read: never a model's opinion of itself, never free text. */
export interface PolicyInput {
  readonly plan: {
    readonly actions: readonly PlannedAction[]
    /** Id of the principal who asked for the diagnosis that the plan follows from. Absent: the engine made it by itself. */
    readonly proposedBy?: string
    /** Set when this is the way back of one of our executions: its id. What only counts or times new fixes abstains. */
    readonly undoes?: string
  }
  readonly incident: IncidentView
  /**
   * The autonomy level in force for the plan: what the host configured or it has earned, as far as the owners of its targets
   * permit. Computed by the engine.
   */
  readonly autonomy: AutonomyLevel
  /** `settings.environment`, such as `production`. */
  readonly environment?: string
  /** From 0 to 1: what core computes from the evidence and from how such actions ended before, see `planConfidence`. */
  readonly confidence: () => Promise<number>
  readonly calendar: {
    /** Whether `now` lies within a minute that the pattern names. Declare the window in `calendars` too. Throws `config`. */
    readonly matches: (pattern: string, timeZone: string) => boolean
  }
  /** What was done lately. Read when the first policy asks, and once for all of them. */
  readonly executions: () => Promise<PolicyHistory<PastExecution>>
  /** What broke lately. Read when the first policy asks, and once for all of them. */
  readonly incidents: () => Promise<PolicyHistory<PastIncident>>
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
  /** Names it, and its configuration: an approval is bound to the ids and versions of all policies. */
  readonly id: string
  /** Give another one when the policy would answer differently and its id stays the same. @default none */
  readonly version?: string
  /**
   * The plans that it has a say in. About others it is not asked, and counts as abstaining: so thousands of policies cost no
   * more than those that matter to a plan. It is part of what the policy means, so whatever `decide` would say elsewhere is
   * never heard: where in doubt, leave it out. @default every plan
   */
  readonly appliesTo?: PolicyScope
  /** The calendars that it asks for: `createMendkit` refuses what it cannot understand. @default [] */
  readonly calendars?: readonly CalendarWindow[]
  /** How far back it looks in the history. `createMendkit` refuses more than `settings.decision.lookBackMs`. @default 0 */
  readonly lookBackMs?: number
  /** Its answer for the whole plan. What it throws is a denial. */
  decide(input: PolicyInput): Decision | Promise<Decision>
}
