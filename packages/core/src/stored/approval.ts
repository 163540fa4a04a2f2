import { type Approval, approvalStates, type GivenAnswer } from '../model/approval.ts'
import { approverGroup, identity, principal } from './common.ts'
import { flag, list, number, object, oneOf, optional, text } from './field.ts'

const voidReason = oneOf(
  'all-suppressed',
  'taken-over',
  'approval-gone',
  'facts-changed',
  'target-changed',
  'policies-stricter',
  'preview-failed',
  'blocked',
  'no-effect',
  'alerts-cleared',
  'closed',
  'resolved',
  'merged',
  'step-failed',
  'restored',
)

const answer = object<GivenAnswer>({
  kind: oneOf('approve', 'reject'),
  by: principal,
  reauthenticated: flag,
  at: number,
  because: optional(text),
})

/** A stored approval. */
export const approval = object<Approval>({
  ...identity,
  incidentId: text,
  planId: text,
  digest: text,
  state: oneOf(...approvalStates),
  proofNeeded: flag,
  approvers: list(approverGroup),
  proposedBy: optional(text),
  askedAt: number,
  expiresAt: number,
  answers: list(answer),
  voidBecause: optional(voidReason),
})
