import type { Notice, Urgency } from '../../model/notice.ts'
import type { Redacted } from '../../model/redacted.ts'
import { message } from '../../redact/message.ts'
import { queueNotice } from '../notices/queue.ts'
import type { Parts } from '../parts.ts'
import { bodyOf, type NoticeFacts } from './notice-body.ts'
import type { StepResult, StepView } from './view.ts'

/** What tells notices apart, and what they say. */
export interface NoticeWords extends NoticeFacts {
  /** Tells apart what one incident can say: the same matter in a later phase, after a relapse or a new diagnosis, is news. */
  readonly matter: string
  /** Set when the notice asks for an approval. */
  readonly approvalId?: Notice['approvalId']
}

/** A notice about the incident, in the commit of its cause. */
export function noticeOf(
  parts: Parts,
  view: Pick<StepView, 'incident'> & Partial<Pick<StepView, 'firing'>>,
  urgency: Urgency,
  { matter, approvalId, ...facts }: NoticeWords,
): StepResult {
  const { incident } = view
  const dedupeKey = `${incident.id}:${matter}:${incident.phaseSince}`
  const title: Redacted = message`${incident.title}`
  const body = bodyOf({ id: incident.id, firing: view.firing }, facts)
  const text = { urgency, title, body, dedupeKey, ...(approvalId !== undefined && { approvalId }) }
  return queueNotice(parts, incident, text)
}
