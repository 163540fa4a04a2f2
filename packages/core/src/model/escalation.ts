/** Who has taken an incident over, and how. Times in milliseconds since 1970. */
export interface Holder {
  readonly by: string
  readonly at: number
  /** Who gave it to them; absent when they took it. */
  readonly from?: string
  /** Until when nobody is paged; then it is given back. Absent: until it is handed back. */
  readonly until?: number
}

/** Which page of an escalation policy a notice is. Tiers and rounds count from 1. */
export interface PageStep {
  readonly policy: string
  readonly tier: number
  readonly tiers: number
  readonly round: number
  readonly rounds: number
}

/**
 * How far the paging of an escalated incident has come. `paging`: the next tier is paged at `dueAt` unless somebody takes
 * the incident over before. `held`: somebody has it; when it is handed back the first tier is paged again. `unanswered`: the
 * last tier of the last round was paged, and nobody answered. Times in milliseconds since 1970.
 */
export type Escalation =
  | {
      readonly kind: 'paging'
      /** When the first tier was paged. */
      readonly since: number
      readonly dueAt: number
      /** What was paged last; absent when the policy could not be told and so everybody was. */
      readonly step?: PageStep
    }
  | { readonly kind: 'held' }
  | { readonly kind: 'unanswered'; readonly since: number }
