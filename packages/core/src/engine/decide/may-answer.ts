import type { Approval, GivenAnswer } from '../../model/approval.ts'
import type { Principal } from '../../model/principal.ts'
import type { AnswerRefusalCode } from '../../model/reasons.ts'
import { message } from '../../redact/message.ts'
import { isInGroup } from './quorum.ts'

/** Why an answer to an approval does not count. */
export interface AnswerRefusal {
  /** For the audit log. */
  readonly code: AnswerRefusalCode
  /** For people. */
  readonly because: string
}

/**
 * Whether this principal may give this answer: it repeats the digest that it saw, it is in a group of approvers by id or by
 * role, and whoever approves did not propose the plan and has not approved before. Undefined when it may.
 */
export function mayAnswer(
  approval: Approval,
  by: Principal,
  answer: { readonly kind: GivenAnswer['kind']; readonly digest: string },
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
  if (!approval.approvers.some((group) => isInGroup(group, by))) {
    const names = [...new Set(approval.approvers.flatMap((group) => group.names))]
    return {
      code: 'not-an-approver',
      because: message`${by.id} is none of ${names.join(', ')}, who may answer approval ${approval.id}`,
    }
  }
  if (answer.kind === 'approve' && approval.answers.some((given) => given.by.id === by.id)) {
    return {
      code: 'already-answered',
      because: message`${by.id} has approved ${approval.id} already; somebody else must approve too`,
    }
  }
  return undefined
}
