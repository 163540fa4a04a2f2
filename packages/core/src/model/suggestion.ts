import type { Redacted } from './redacted.ts'
import type { Resource } from './resource.ts'

/**
 * What became of an action that was put before people and that the engine did not carry out, as seen when all alerts had
 * cleared. `same`: the object is as the action would have made it. `different`: what the action reads or writes was changed in
 * another way. `self-cleared`: nothing of that was changed. `unknown`: the object could not be read, or the alerts came back
 * before it was; counted for nothing.
 */
export type SuggestionVerdict = 'same' | 'different' | 'self-cleared' | 'unknown'

/** An action that was put before people, judged by what was there when the incident had cleared. */
export interface JudgedSuggestion {
  readonly tenant: string
  /** The execution id that was minted for it and never used. */
  readonly id: string
  readonly incidentId: string
  readonly planId: string
  /** See `Plan.cause`. */
  readonly cause: Redacted
  /** Type of the action. */
  readonly type: string
  readonly target: Resource
  readonly verdict: SuggestionVerdict
  /** When its plan was made, ms since 1970. */
  readonly suggestedAt: number
  /** When all alerts were seen cleared, ms since 1970. */
  readonly clearedAt: number
  readonly revision: number
}
