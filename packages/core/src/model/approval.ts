import type { ApproverGroup } from './approver-group.ts'
import type { Principal } from './principal.ts'
import type { VoidReason } from './reasons.ts'

/** Every state of an approval. */
export const approvalStates = ['open', 'granted', 'rejected', 'void', 'expired', 'used'] as const

/** `granted` once every group is satisfied, `used` once an execution began under it. */
export type ApprovalState = (typeof approvalStates)[number]

/** What one principal said to a question. */
export interface GivenAnswer {
  readonly kind: 'approve' | 'reject'
  /** With the roles that it had when it answered: they say which groups the answer counts for. */
  readonly by: Principal
  /** Whether the host confirmed who approved, by `settings.reauthenticate`. */
  readonly reauthenticated: boolean
  readonly at: number
  /** Digest of the blob with the redacted words of the person. */
  readonly because?: string
}

/** A question to people, bound to one exact plan. */
export interface Approval {
  readonly tenant: string
  readonly id: string
  readonly incidentId: string
  readonly planId: string
  /** The plan's digest: whoever approves repeats it, and so says what was seen. */
  readonly digest: string
  readonly state: ApprovalState
  /**
   * Whether it counts for nothing to approve without proof of who does, whichever way the answer comes: the host that asked
   * has `settings.reauthenticate`, and the plan is of high risk. Bound by the digest.
   */
  readonly proofNeeded: boolean
  /** Every group must be satisfied. Whoever answers must be in one at least, and counts once for each that it is in. */
  readonly approvers: readonly ApproverGroup[]
  /**
   * The person whose command led to the plan, by asking for a diagnosis: may not approve what came of it. Absent when the
   * engine diagnosed by itself.
   */
  readonly proposedBy?: string
  readonly askedAt: number
  readonly expiresAt: number
  /** In the order in which they were taken; at most one approval of each principal, and nothing after a rejection. */
  readonly answers: readonly GivenAnswer[]
  /** Why it became void. */
  readonly voidBecause?: VoidReason
  readonly revision: number
}
