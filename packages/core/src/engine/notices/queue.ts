import type { Put } from '../../model/change.ts'
import type { AuditDraft, EventData } from '../../model/event.ts'
import type { Notice, Urgency } from '../../model/notice.ts'
import type { Phase } from '../../model/phase.ts'
import type { Redacted } from '../../model/redacted.ts'
import { draft } from '../draft.ts'
import type { Parts } from '../parts.ts'

/** What to tell people. */
export interface NoticeText {
  readonly urgency: Urgency
  readonly title: Redacted
  readonly body: Redacted
  /** Equal for the same matter: a receiver may drop the second. */
  readonly dedupeKey: string
  /** Where the incident stands from now on; absent in a notice about the engine itself. */
  readonly phase?: Phase
  /** Absent: whoever the incident's escalation policy names; without one, every notifier. */
  readonly recipients?: Notice['recipients']
  readonly page?: Notice['page']
  readonly acknowledgedBy?: Notice['acknowledgedBy']
  /** Set when the notice asks for an approval. */
  readonly approvalId?: string
  /** The difference that the approval shows. */
  readonly diff?: Redacted
}

/** Which incident a notice is about. */
export interface NoticeSubject {
  readonly tenant: string
  readonly id: string
}

/** Rows and entries of a notice, to go into the commit of its cause: both happen, or neither. */
export function queueNotice(
  parts: Pick<Parts, 'clock' | 'random' | 'ids'>,
  incident: NoticeSubject,
  text: NoticeText,
): { readonly put: readonly Put[]; readonly audit: readonly AuditDraft[] } {
  const row = noticeRow(parts, incident, text)
  return {
    put: [{ kind: 'document', table: 'notice', row }],
    audit: [draft(parts, 'notice-queued', { kind: 'incident', id: incident.id }, queuedData(row))],
  }
}

/** What the log keeps of a notice that was queued. */
export function queuedData({ id, urgency, recipients, page }: Notice): EventData['notice-queued'] {
  return { notice: id, urgency, ...(recipients !== undefined && { recipients }), ...(page !== undefined && { page }) }
}

/** A notice that is due at once and that nobody has seen. */
export function noticeRow(parts: Pick<Parts, 'clock' | 'ids'>, incident: NoticeSubject, text: NoticeText): Notice {
  const now = parts.clock.now()
  return {
    tenant: incident.tenant,
    id: parts.ids.next('notice'),
    incidentId: incident.id,
    state: 'pending',
    urgency: text.urgency,
    dedupeKey: text.dedupeKey,
    title: text.title,
    body: text.body,
    attempts: 0,
    nextAttemptAt: now,
    deliveredTo: [],
    refusedBy: [],
    threads: {},
    at: now,
    revision: 0,
    ...(text.phase !== undefined && { phase: text.phase }),
    ...(text.recipients !== undefined && { recipients: text.recipients }),
    ...(text.page !== undefined && { page: text.page }),
    ...(text.acknowledgedBy !== undefined && { acknowledgedBy: text.acknowledgedBy }),
    ...(text.approvalId !== undefined && { approvalId: text.approvalId }),
    ...(text.diff !== undefined && { diff: text.diff }),
  }
}
