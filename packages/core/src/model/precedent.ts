import type { Fact } from './evidence.ts'
import type { JsonObject } from './json.ts'
import type { Redacted } from './redacted.ts'

/** A fact that a precedent rested on, without its object. Numbers differ from case to case, so that they have no value here. */
export interface PrecedentFact extends Pick<Fact, 'name' | 'kind'> {
  readonly value?: string | boolean
}

/**
 * What was done about earlier incidents of the same signature, and verified to have helped. It says what worked and nothing of
 * what may be done: whatever is proposed because of it rests on facts that are there now, and passes policies and approvals.
 */
export interface Precedent {
  readonly cause: Redacted
  readonly action: {
    readonly type: Redacted
    readonly params: JsonObject
    /** What it was done to: the incident's resource, or that of the fact of this name. */
    readonly target: { readonly of: 'incident' } | { readonly of: 'fact'; readonly name: string }
  }
  /** What the action rested on. */
  readonly facts: readonly PrecedentFact[]
  /** Executions that were verified. Precedents whose last execution failed are none. */
  readonly successes: number
  readonly failures: number
  /** When the last of them had its effect; ms since 1970. */
  readonly lastAt: number
}
