import type { Notice } from '../model/notice.ts'
import { identity, redacted } from './common.ts'
import { list, number, object, oneOf, optional, text, whole } from './field.ts'

/** A stored notice. */
export const notice = object<Notice>({
  ...identity,
  incidentId: text,
  state: oneOf('pending', 'sent', 'failed'),
  urgency: oneOf('page', 'ask', 'info'),
  dedupeKey: text,
  title: redacted,
  body: redacted,
  approvalId: optional(text),
  attempts: whole,
  nextAttemptAt: number,
  deliveredTo: list(text),
  refusedBy: list(text),
  at: number,
})
