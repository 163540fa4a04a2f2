import type { Urgency } from '../../model/notice.ts'
import { message } from '../../redact/message.ts'
import { queueNotice } from '../notices/queue.ts'
import type { Parts } from '../parts.ts'
import type { StepResult, StepView } from './view.ts'

/** A notice about the incident, in the commit of its cause. `matter` tells apart what one incident can say. */
export function noticeOf(
  parts: Parts,
  view: StepView,
  urgency: Urgency,
  matter: string,
  more: { readonly approvalId?: string } = {},
): StepResult {
  const { incident } = view
  // The same matter in a later phase, after a relapse or a new diagnosis, is news.
  const dedupeKey = `${incident.id}:${matter}:${incident.phaseSince}`
  const title = message`${incident.title}`
  const body = message`incident ${incident.id}: ${matter.replaceAll('-', ' ')}; ${view.firing} alerts fire`
  const queued = queueNotice(parts, incident, { urgency, title, body, dedupeKey, ...more })
  return { put: queued.put, audit: queued.audit }
}
