import type { Notice } from '../model/notice.ts'
import { phases } from '../model/phase.ts'
import { identity, pageStep, redacted } from './common.ts'
import { list, number, object, oneOf, optional, record, text, whole } from './field.ts'

/** A stored notice. */
export const notice = object<Notice>({
  ...identity,
  incidentId: text,
  state: oneOf('pending', 'sent', 'failed'),
  urgency: oneOf('page', 'ask', 'info'),
  dedupeKey: text,
  title: redacted,
  body: redacted,
  phase: optional(oneOf(...phases)),
  approvalId: optional(text),
  recipients: optional(list(text)),
  page: optional(pageStep),
  acknowledgedBy: optional(text),
  diff: optional(redacted),
  threads: record(text),
  attempts: whole,
  nextAttemptAt: number,
  deliveredTo: list(text),
  refusedBy: list(text),
  at: number,
})
