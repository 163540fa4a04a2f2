import type { Holder } from '../../model/escalation.ts'
import { message } from '../../redact/message.ts'
import { draft } from '../draft.ts'
import type { Parts } from '../parts.ts'
import { noticeOf } from '../steps/notice.ts'
import type { StepResult, StepView } from '../steps/view.ts'
import { duration, utc } from '../timeline/times.ts'
import { pageAgain, pageNext } from './page-next.ts'

/**
 * What people did with the incident, and whom to call next: a snooze that is over, somebody who took it over or gave it
 * back, a page that nobody answered. Undefined when there is nothing of it.
 */
export async function followPeople(parts: Parts, view: StepView): Promise<StepResult | undefined> {
  const { incident, holder: reading, now } = view
  if (incident.phase === 'closed') return undefined
  const { holder } = reading
  if (holder?.until !== undefined && now >= holder.until) return snoozeOver(parts, view, holder)
  if (holder !== undefined && !isSame(holder, incident.heldBy)) return taken(parts, view, holder)
  if (holder === undefined && incident.heldBy !== undefined) return given(parts, view)
  return pageNext(parts, view)
}

function isSame(one: Holder, other: Holder | undefined): boolean {
  return one.by === other?.by && one.at === other.at && one.until === other.until
}

/** Whoever holds it now is read again by the next step, as one who took it over meanwhile wins against this. */
function snoozeOver(parts: Parts, { incident, holder: { id, revision } }: StepView, { by }: Holder): StepResult {
  const row = { tenant: incident.tenant, id, value: null, revision }
  return {
    put: [{ kind: 'document', table: 'setting', row }],
    audit: [draft(parts, 'snooze-ended', { kind: 'incident', id: incident.id }, { by })],
    dueAt: 'now',
  }
}

/** Nobody is paged any more, and those who were learn who has it. */
function taken(parts: Parts, view: StepView, holder: Holder): StepResult {
  const { incident } = view
  const { phase, paged, escalation } = incident
  const next = { heldBy: holder, ...(escalation !== undefined && { escalation: { kind: 'held' as const } }) }
  const answered = escalation?.kind === 'paging' || escalation?.kind === 'unanswered'
  if (
    paged === true &&
    phase === 'escalated' &&
    (answered || (escalation === undefined && incident.heldBy === undefined))
  ) {
    const since = answered ? escalation.since : incident.phaseSince
    parts.metrics.observe('mendkit_acknowledge_seconds', Math.max(0, holder.at - since), {})
  }
  if (paged !== true && holder.from === undefined) return { next, dueAt: 'now' }
  const notice = noticeOf(parts, view, 'info', {
    matter: `held-${holder.at}`,
    to: phase,
    ...(incident.reason && { reason: incident.reason }),
    acknowledgedBy: holder.by,
    people: holderWords(holder, incident.phaseSince),
    todo: 'nothing, unless you are asked',
  })
  return { ...notice, next, dueAt: 'now' }
}

function holderWords({ by, at, from, until }: Holder, since: number): string {
  const end = until === undefined ? '' : ` until ${utc(until)}; then it is paged again`
  if (from !== undefined) return message`Reassigned by ${from} to ${by}: nobody is paged meanwhile`
  return message`Acknowledged by ${by} after ${duration(at - since)}: nobody is paged${end}`
}

/** Mendkit goes on; where a person is still needed, the first tier is called again. */
async function given(parts: Parts, view: StepView): Promise<StepResult> {
  const next = { heldBy: undefined }
  const again = view.incident.phase === 'escalated' ? await pageAgain(parts, view) : undefined
  return { ...again, next: { ...again?.next, ...next }, dueAt: 'now' }
}
