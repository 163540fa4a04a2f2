import type { IncidentReason } from '../../model/incident.ts'
import type { Urgency } from '../../model/notice.ts'
import type { Phase } from '../../model/phase.ts'
import type { Redacted } from '../../model/redacted.ts'
import { message } from '../../redact/message.ts'
import { type NoticeText, queueNotice } from '../notices/queue.ts'
import type { Parts } from '../parts.ts'
import { bodyOf, type NoticeFacts } from './notice-body.ts'
import type { StepResult, StepView } from './view.ts'

/** What tells notices apart, and what they say. */
export interface NoticeWords
  extends NoticeFacts,
    Pick<NoticeText, 'recipients' | 'page' | 'acknowledgedBy' | 'approvalId' | 'diff'> {
  /** Tells apart what one incident can say: the same matter in a later phase, after a relapse or a new diagnosis, is news. */
  readonly matter: string
}

/**
 * A notice about the incident, in the commit of its cause. The incident remembers a page, so that whoever was called learns
 * how it ended.
 */
export function noticeOf(
  parts: Parts,
  view: Pick<StepView, 'incident'> & Partial<Pick<StepView, 'firing'>>,
  urgency: Urgency,
  { matter, recipients, page, acknowledgedBy, approvalId, diff, ...facts }: NoticeWords,
): StepResult {
  const { incident } = view
  const dedupeKey = `${incident.id}:${matter}:${incident.phaseSince}`
  const title: Redacted = message`${incident.title}`
  const body = bodyOf({ id: incident.id, firing: view.firing }, facts)
  const more = {
    ...(recipients !== undefined && { recipients }),
    ...(page !== undefined && { page }),
    ...(acknowledgedBy !== undefined && { acknowledgedBy }),
    ...(approvalId !== undefined && { approvalId }),
    ...(diff !== undefined && { diff }),
  }
  const queued = queueNotice(parts, incident, { urgency, title, body, dedupeKey, phase: facts.to, ...more })
  if (urgency === 'page') return { ...queued, next: { paged: true } }
  return isOver(facts.to) ? { ...queued, next: { paged: undefined, pagedVia: undefined } } : queued
}

/** Tells people who were paged about an incident that it is over; nothing when nobody was. */
export function tellPaged(
  parts: Parts,
  view: Pick<StepView, 'incident' | 'firing'>,
  to: 'resolved' | 'closed',
  reason: IncidentReason,
): StepResult {
  return view.incident.paged === true ? noticeOf(parts, view, 'info', { matter: `over-${to}`, to, reason }) : {}
}

function isOver(phase: Phase): boolean {
  return phase === 'resolved' || phase === 'closed'
}
