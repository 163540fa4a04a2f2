import type { Approval } from '../model/approval.ts'
import { identity, principal, redacted } from './common.ts'
import { list, number, object, oneOf, optional, text } from './field.ts'

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
  voidBecause: optional(
    oneOf(
      'all-suppressed',
      'taken-over',
      'approval-gone',
      'facts-changed',
      'target-changed',
      'policies-stricter',
      'preview-failed',
      'no-effect',
      'alerts-cleared',
      'closed',
      'merged',
      'step-failed',
    ),
  ),
})
