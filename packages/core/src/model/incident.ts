import type { Blocker } from './blocker.ts'
import type { Escalation, Holder } from './escalation.ts'
import type { BudgetName, ModelSpending } from './model-budget.ts'
import type { Phase } from './phase.ts'
import type { Redacted } from './redacted.ts'
import type { Resource } from './resource.ts'

/** The named moments that wake an incident. */
export type DeadlineName =
  | 'settle'
  | 'diagnose'
  | 'reach'
  | 'blocked'
  | 'approval'
  | 'execution'
  | 'verification'
  | 'poll'
  | 'hold'

/** How an incident ended, or why it waits for a person. Enumerated, so that it can stand in the audit log. */
export type IncidentReason =
  | 'self-resolved'
  | 'remediated'
  | 'resolved-after-effect'
  | 'no-diagnosis'
  | 'evidence-out-of-reach'
  | 'no-action'
  | 'rule-hands-over'
  | 'denied'
  | 'rejected'
  | 'void-too-often'
  | 'diagnosed-too-often'
  | 'cooldown'
  | 'approval-expired'
  | 'not-recovered'
  | 'undone'
  | 'undo-impossible'
  | 'execution-failed'
  | 'not-anchored'
  | 'outcome-unknown'
  | 'preview-failed'
  | 'preview-out-of-reach'
  | 'blocked'
  | 'analysis-failed'
  | `spent-${BudgetName}`
  | 'step-failed'
  | 'closed-by-person'
  | 'resolved-by-person'
  | 'hold-over'
  | 'merged'

/** An incident: what belongs together, and where the loop stands with it. Times in milliseconds since 1970, UTC. */
export interface Incident {
  readonly tenant: string
  readonly id: string
  readonly cluster: string
  readonly phase: Phase
  /** Name of the first alert and its resource: identifiers, no prose. */
  readonly title: Redacted
  /** Topmost resource of the first alert that had one. */
  readonly resource?: Resource
  readonly openedAt: number
  readonly phaseSince: number
  readonly deadlines: Readonly<Partial<Record<DeadlineName, number>>>
  /** Why it stands where it stands, for phases that need a reason. */
  readonly reason?: IncidentReason
  /** Diagnoses made since it opened or relapsed. */
  readonly diagnoses: number
  readonly lastDiagnosedAt?: number
  /** What asking models about it has cost in all. Absent: none was asked. */
  readonly spending?: ModelSpending
  readonly diagnosisId?: string
  /** Who asked for the diagnosis that is due: whatever it proposes, this person did. */
  readonly diagnosisAskedBy?: string
  readonly planId?: string
  readonly approvalId?: string
  /** True once any execution of this incident had an effect, or may have had one that nobody can tell any more. */
  readonly hadEffect: boolean
  /** How often each plan became void because something changed, by its `intentDigest`. */
  readonly voids: Readonly<Record<string, number>>
  /** Digests of plans that a person rejected: they are not proposed again. */
  readonly rejectedPlans: readonly string[]
  readonly relapses: number
  readonly mergedInto?: string
  /** Set while people who were paged have not been told that it is over. */
  readonly paged?: boolean
  /** Ids of the notifiers that were to page somebody since `paged` was set. */
  readonly pagedVia?: readonly string[]
  /** How far the paging has come. Only while it is escalated, and only with an escalation policy. */
  readonly escalation?: Escalation
  /** Who has it, as far as people were told. */
  readonly heldBy?: Holder
  /** Set while alerts still fire that fired when a person resolved it: how many members it had then. Only further ones are a relapse. */
  readonly membersWhenResolved?: number
  /** Set while what was done is being undone: the verdict that called for it. */
  readonly undoing?: 'worse' | 'not-recovered'
  /**
   * Set while what was suggested is still to be compared with what was there when the alerts had cleared. `clearedAt` is
   * absent while they have not: a person resolved it before.
   */
  readonly unjudged?: { readonly planId: string; readonly clearedAt?: number }
  /** What the effect that is to be made next waits for; absent while none waits. */
  readonly blockedBy?: Blocker
  /** When its earliest alert began, ms since 1970. Set when history no longer tells: its alerts are counted by day. */
  readonly began?: number
  /** Set when retention has emptied it: when, how many alerts had joined, and how many rows of each table are gone. */
  readonly pruned?: {
    readonly at: number
    readonly alerts: number
    readonly documents: Readonly<Record<string, number>>
  }
  /** Since when symptom and health have both been good, while verifying. */
  readonly goodSince?: number
  readonly revision: number
}

/** What plug-ins see of an incident: never its lease, its revision or its deadlines. */
export type IncidentView = Pick<
  Incident,
  'tenant' | 'id' | 'cluster' | 'phase' | 'resource' | 'openedAt' | 'relapses'
> & { readonly title: string }
