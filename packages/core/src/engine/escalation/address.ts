import type { Put } from '../../model/change.ts'
import type { Escalation } from '../../model/escalation.ts'
import type { Notice } from '../../model/notice.ts'
import { describeFailure } from '../failure.ts'
import { queuedData } from '../notices/queue.ts'
import type { Parts } from '../parts.ts'
import { patched } from '../steps/result.ts'
import type { StepResult, StepView } from '../steps/view.ts'
import { type ChosenPolicy, choosePolicy } from './choose-policy.ts'
import type { EscalationPolicy } from './policies.ts'
import { quietUntil } from './quiet-until.ts'
import { firstPage } from './tiers.ts'

/** What addressing reads of a step. */
type Addressing = Pick<StepView, 'incident' | 'now' | 'ctx'> & Partial<Pick<StepView, 'holder'>>

/**
 * Says of each notice of a step for whom it is, by the escalation policy of the incident, and starts the paging when the
 * step escalates it. All of it goes into the step's one commit. A policy that cannot be told, or none, means everybody.
 */
export async function addressNotices(parts: Parts, view: Addressing, result: StepResult): Promise<StepResult> {
  const open = (result.put ?? []).flatMap((put) => openNotice(put) ?? [])
  if (parts.escalation.length === 0 || open.length === 0) return result
  const chosen = await choosePolicy(parts, view.incident, view.ctx)
  const addressed = new Map(open.map((row) => [row.id, addressedRow(parts, view, row, result, chosen)]))
  const page = open.find(({ urgency }) => urgency === 'page')
  return {
    ...result,
    next: { ...result.next, ...(page && pagingOf(parts, view, addressed.get(page.id) ?? page, result, chosen)) },
    put: result.put?.map((put) => withRow(put, addressed)) ?? [],
    audit:
      result.audit?.map((entry) => {
        const row = entry.type === 'notice-queued' ? addressed.get(entry.data.notice) : undefined
        return row === undefined || entry.type !== 'notice-queued' ? entry : { ...entry, data: queuedData(row) }
      }) ?? [],
  }
}

/** A notice that nobody has said yet for whom it is. */
function openNotice(put: Put): Notice | undefined {
  return put.kind === 'document' && put.table === 'notice' && put.row.recipients === undefined ? put.row : undefined
}

function withRow(put: Put, rows: ReadonlyMap<string, Notice>): Put {
  const row = put.kind === 'document' && put.table === 'notice' ? rows.get(put.row.id) : undefined
  return row === undefined ? put : { kind: 'document', table: 'notice', row }
}

function addressedRow(parts: Parts, view: Addressing, row: Notice, result: StepResult, chosen: ChosenPolicy): Notice {
  if (chosen.kind !== 'policy') return row
  const { policy } = chosen
  const first = firstPage(policy)
  const { paged, pagedVia = [] } = view.incident
  if (row.urgency === 'page' && first !== undefined && startsPaging(view, result)) {
    return { ...row, recipients: first.notifiers, page: first.step }
  }
  const recipients = [...new Set([...(first?.notifiers ?? []), ...pagedVia])]
  // Whoever was woken wants to know how it goes on; and whoever has it now is told so.
  if (paged === true || row.acknowledgedBy !== undefined) return { ...row, recipients }
  const heardAt = afterQuietHours(parts, policy, row, { notice: row.id })
  return { ...row, recipients, nextAttemptAt: Math.max(row.nextAttemptAt, heardAt) }
}

/**
 * When a question that is asked now is sent, ms since 1970: at once, or when the quiet hours of its escalation policy are over. The
 * time to answer begins then, so that nothing expires that nobody has heard.
 */
export async function askedFrom(parts: Parts, view: Addressing): Promise<number> {
  const { incident, now } = view
  if (parts.escalation.length === 0 || incident.paged === true) return now
  const chosen = await choosePolicy(parts, incident, view.ctx)
  if (chosen.kind !== 'policy') return now
  return afterQuietHours(parts, chosen.policy, { urgency: 'ask', at: now }, { incident: incident.id })
}

/** A calendar that fails must not keep anybody from being told. */
function afterQuietHours(
  parts: Parts,
  policy: EscalationPolicy,
  { urgency, at }: Pick<Notice, 'urgency' | 'at'>,
  about: { readonly [name: string]: string },
): number {
  try {
    return quietUntil(policy, urgency, at)
  } catch (error) {
    parts.log.warn(describeFailure(`the quiet hours of escalation policy ${policy.id} hold up no notice`, error), about)
    return at
  }
}

/** What the incident remembers of a page. */
function pagingOf(
  parts: Parts,
  view: Addressing,
  row: Notice,
  result: StepResult,
  chosen: ChosenPolicy,
): { readonly pagedVia: readonly string[]; readonly escalation?: Escalation } {
  const everybody = parts.notifiers.map(({ id }) => id)
  const pagedVia = [...new Set([...(view.incident.pagedVia ?? []), ...(row.recipients ?? everybody)])]
  if (!startsPaging(view, result) || chosen.kind === 'none') return { pagedVia }
  if (view.holder?.on === true) return { pagedVia, escalation: { kind: 'held' } }
  return { pagedVia, escalation: begun(parts, view, row) }
}

/** Where it cannot be told whom to page next, that is looked at again when the shortest first tier would be over. */
function begun(parts: Parts, { now: since }: Addressing, { page: step }: Notice): Escalation {
  const waits = parts.escalation
    .filter(({ id }) => step === undefined || step.policy === id)
    .map((policy) => firstPage(policy)?.acknowledgeMs ?? 0)
  return { kind: 'paging', since, dueAt: since + Math.min(...waits), ...(step && { step }) }
}

/** Whether the step escalates the incident, or pages anew after nobody had answered. */
function startsPaging({ incident }: Addressing, result: StepResult): boolean {
  if (patched(incident, result.next ?? {}).phase !== 'escalated') return false
  const { phase, escalation } = incident
  return phase !== 'escalated' || escalation === undefined || escalation.kind === 'unanswered'
}
