import type { Redacted } from './redacted.ts'

/** People of whom some must approve. */
export interface ApproverGroup {
  /** Ids of principals, or roles. A principal is in the group when its id or one of its roles is named. */
  readonly names: readonly Redacted[]
  /** How many different principals of the group must approve. */
  readonly count: number
}
