import type { Principal } from './principal.ts'
import type { VoidReason } from './reasons.ts'
import type { Redacted } from './redacted.ts'

/** `used` once an execution began under it. */
export type ApprovalState = 'open' | 'granted' | 'rejected' | 'void' | 'expired' | 'used'

/** A question to a person, bound to one exact plan. */
export interface Approval {
  readonly tenant: string
  readonly id: string
  readonly incidentId: string
  readonly planId: string
  /** The plan's digest: whoever approves repeats it, and so says what was seen. */
  readonly digest: string
  readonly state: ApprovalState
  /** Lists of ids of principals, or roles: whoever approves must be in each of them. */
  readonly approvers: readonly (readonly Redacted[])[]
  /**
   * The person whose command led to the plan, by asking for a diagnosis: may not approve what came of it. Absent when the
   * engine diagnosed by itself.
   */
  readonly proposedBy?: string
  readonly askedAt: number
  readonly expiresAt: number
  readonly answeredBy?: Principal
  readonly answeredAt?: number
  /** Why it became void. */
  readonly voidBecause?: VoidReason
  readonly revision: number
}
