import type { AutonomyLevel } from './autonomy.ts'
import type { Redacted } from './redacted.ts'
import type { SuggestionVerdict } from './suggestion.ts'

/** The numbers that a level was earned with. */
export interface EarnedWith {
  readonly outcomes: number
  readonly successes: number
  /** Lower bound of the Wilson interval of successes among outcomes, rounded to four digits. */
  readonly bound: number
  /** What the bound had to reach. */
  readonly threshold: number
}

/**
 * What one action type has earned against one cause in one place: a namespace of a cluster, or what a cluster has outside of
 * namespaces. Its revision is expected by every effect that rests on it.
 */
export interface EarnedAutonomy {
  readonly tenant: string
  /** Digest of cause, type, cluster and namespace. */
  readonly id: string
  /** See `Plan.cause`. */
  readonly cause: Redacted
  /** Type of the action. */
  readonly type: string
  readonly cluster: string
  readonly namespace?: string
  readonly level: Exclude<AutonomyLevel, 'off'>
  /** Outcomes that count towards the next level, since the last move. */
  readonly outcomes: number
  readonly successes: number
  /** What the level was earned with. Absent at `suggest`. */
  readonly earnedWith?: EarnedWith
  readonly revision: number
}

/**
 * What counts for or against a level. Of what was only suggested: `same` for it, `different` and `self-cleared` against it. Of
 * what was carried out: `verified` for it; `failed`, `undone`, `escalated` and a plan that a person `rejected` cost a level.
 */
export type OutcomeKind =
  | Exclude<SuggestionVerdict, 'unknown'>
  | 'verified'
  | 'failed'
  | 'undone'
  | 'escalated'
  | 'rejected'
