import type { Approval } from '../model/approval.ts'
import { identity, principal, redacted } from './common.ts'
import { list, number, object, oneOf, optional, text } from './field.ts'

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
  'merged',
  'step-failed',
)

/** A stored approval. */
export const approval = object<Approval>({
  ...identity,
  incidentId: text,
  planId: text,
  digest: text,
  state: oneOf('open', 'granted', 'rejected', 'void', 'expired', 'used'),
  approvers: list(list(redacted)),
  proposedBy: optional(text),
  askedAt: number,
  expiresAt: number,
  answeredBy: optional(principal),
  answeredAt: optional(number),
  voidBecause: optional(voidReason),
})
