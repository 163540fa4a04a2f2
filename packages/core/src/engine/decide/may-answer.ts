import type { Approval } from '../../model/approval.ts'
import type { Principal } from '../../model/principal.ts'
import { message } from '../../redact/message.ts'

/** Why an answer to an approval does not count. */
export interface AnswerRefusal {
  /** For the audit log. */
  readonly code: 'not-an-approver' | 'proposer' | 'digest-differs'
  /** For people. */
  readonly because: string
}

/**
 * Whether this principal may give this answer: it repeats the digest that it saw, it is in every list of approvers by id
 * or by role, and whoever
 * approves did not propose the plan. Undefined when it may.
 */
export function mayAnswer(
  approval: Approval,
  by: Principal,
  answer: { readonly kind: 'approve' | 'reject'; readonly digest: string },
): AnswerRefusal | undefined {
  if (answer.digest !== approval.digest) {
    return {
      code: 'digest-differs',
      because: message`the digest is not that of approval ${approval.id}: fetch it again, show the person what it asks now, and answer that`,
    }
  }
  if (answer.kind === 'approve' && approval.proposedBy === by.id) {
    return {
      code: 'proposer',
      because: message`${by.id} asked for the diagnosis that led to this plan, and so cannot approve it; somebody else must`,
    }
  }
  const names = [by.id, ...by.roles]
  const missing = approval.approvers.find((list) => !list.some((name) => names.includes(name)))
  if (missing === undefined) return undefined
  return {
    code: 'not-an-approver',
    because: message`${by.id} is none of ${missing.join(', ')}, who may answer approval ${approval.id}`,
  }
}
