import { message } from '../../redact/message.ts'
import { draft } from '../draft.ts'
import type { Parts } from '../parts.ts'
import { noticeOf } from '../steps/notice.ts'
import type { StepResult, StepView } from '../steps/view.ts'
import { duration } from '../timeline/times.ts'
import { choosePolicy } from './choose-policy.ts'
import type { EscalationPolicy } from './policies.ts'
import { firstPage, notifiersUpTo, pageAfter, type TierPage } from './tiers.ts'

/** What paging reads of a step. Without the alerts it counts them as firing. */
type Paging = Pick<StepView, 'incident' | 'unfinished' | 'holder' | 'now' | 'ctx'> &
  Partial<Pick<StepView, 'firing' | 'suppressed'>>

/**
 * Pages the next tier when the one before has not answered in time, and moves the deadline in the same commit. Undefined
 * when nothing is due, also while the alerts are gone: then the incident is about to be resolved.
 */
export async function pageNext(parts: Parts, view: Paging): Promise<StepResult | undefined> {
  const { phase, escalation } = view.incident
  if (phase !== 'escalated' || escalation?.kind !== 'paging') return undefined
  if (view.holder.on) return { next: { escalation: { kind: 'held' } }, dueAt: 'now' }
  if (view.now < escalation.dueAt) return undefined
  if (view.firing === 0 && view.suppressed === 0 && view.unfinished.length === 0) return undefined
  const { step, since } = escalation
  const policy = parts.escalation.find(({ id }) => id === step?.policy)
  // A policy that the host no longer has, or that could not be told before, is chosen anew.
  if (policy === undefined || step === undefined) return pageAgain(parts, view)
  const page = pageAfter(policy, step)
  if (page === undefined) return nobodyAnswered(parts, view, policy, since)
  const before = step.round > 1 || page.step.round > 1 ? policy.tiers.length : step.tier
  return paging(parts, view, page, since, [
    message`Nobody has taken it over for ${duration(view.now - since)}.`,
    message`Paged before, without an answer: ${notifiersUpTo(policy, before).join(', ')}`,
  ])
}

/** Pages the first tier of an incident that is still escalated and that nobody has any more. */
export async function pageAgain(parts: Parts, view: Paging): Promise<StepResult> {
  if (parts.escalation.length === 0) return {}
  const chosen = await choosePolicy(parts, view.incident, view.ctx)
  if (chosen.kind === 'unreadable') {
    const wait = Math.min(...parts.escalation.flatMap((policy) => firstPage(policy)?.acknowledgeMs ?? []))
    return { next: { escalation: { kind: 'paging', since: view.now, dueAt: view.now + wait } } }
  }
  const page = chosen.kind === 'policy' ? firstPage(chosen.policy) : undefined
  if (page === undefined) return nobodyAnswered(parts, view, undefined, view.now)
  return paging(parts, view, page, view.now, ['Nobody has it any more.'])
}

function paging(
  parts: Parts,
  view: Paging,
  { step, notifiers, acknowledgeMs }: TierPage,
  since: number,
  said: readonly string[],
): StepResult {
  const { incident, now } = view
  const notice = noticeOf(parts, view, 'page', {
    // The same tier of the same round is the same matter, however often it is told; another run of the tiers is not.
    matter: `page-${since}-${step.round}-${step.tier}`,
    to: 'escalated',
    ...(incident.reason && { reason: incident.reason }),
    recipients: notifiers,
    page: step,
    people: said.join(' '),
    todo: 'acknowledge it with incidents.acknowledge, and read its timeline',
  })
  const pagedVia = [...new Set([...(incident.pagedVia ?? []), ...notifiers])]
  const next = {
    ...notice.next,
    pagedVia,
    escalation: { kind: 'paging', since, dueAt: now + acknowledgeMs, step } as const,
  }
  return { ...notice, next, dueAt: 'now' }
}

/** The last word of a policy: everybody whom it knows is told once more that nobody has it. */
function nobodyAnswered(parts: Parts, view: Paging, policy: EscalationPolicy | undefined, since: number): StepResult {
  const { incident, now } = view
  parts.metrics.count('mendkit_escalations_unanswered_total', {})
  const notice = noticeOf(parts, view, 'page', {
    matter: `unanswered-${since}`,
    to: 'escalated',
    ...(incident.reason && { reason: incident.reason }),
    recipients: policy === undefined ? parts.notifiers.map(({ id }) => id) : notifiersUpTo(policy, policy.tiers.length),
    people:
      policy === undefined
        ? 'No escalation policy is for it any more. Nobody else will be paged.'
        : message`Nobody answered any of its pages for ${duration(now - since)}. Nobody else will be paged.`,
    todo: 'acknowledge it with incidents.acknowledge, and read its timeline',
  })
  const data = policy === undefined ? {} : { policy: policy.id }
  const entry = draft(parts, 'escalation-unanswered', { kind: 'incident', id: incident.id }, data)
  return {
    ...notice,
    next: { ...notice.next, escalation: { kind: 'unanswered', since } },
    audit: [...(notice.audit ?? []), entry],
    dueAt: 'now',
  }
}
