import type { Notice } from '../../model/notice.ts'
import type { CallContext } from '../../ports/context.ts'
import { message } from '../../redact/message.ts'
import { draft } from '../draft.ts'
import { choosePolicy } from '../escalation/choose-policy.ts'
import { notifiersUpTo } from '../escalation/tiers.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import { afterSending, outcomeEntries, reportEnd } from './outcome.ts'
import { type NoticeSubject, type NoticeText, noticeRow, queuedData } from './queue.ts'
import { sendNotice } from './send.ts'

/** Matters of one tenant that are kept in memory; further ones are told in one notice that says so. */
const mattersPerTenant = 100
/** For how long the same matter is not told again once it is in the log. */
const quietMs = 600_000

interface Matter {
  readonly untold: Notice
  notice: Notice
  sending: boolean
  /** When it was written to the store, ms since 1970; undefined while it is not. */
  recordedAt?: number
}

/** Calls for help that do not need the store. */
export interface Escalations {
  /**
   * Tells all tiers of the escalation policy now, for no timer would page the next one; without one, or where it cannot be told, every
   * notifier. The same matter of a tenant is told once. Rejects only with the abort reason.
   */
  escalate(subject: NoticeSubject, text: NoticeText, ctx: CallContext): Promise<void>
  /**
   * Records what was told, and hands what was not over to the outbox; while that cannot be written, begins to tell it
   * again: `sent` resolves when that is done, or when it is aborted. What cannot be recorded holds up nothing else.
   */
  settle(ctx: CallContext): Promise<{ readonly sent: Promise<void> }>
}

/** Keeps in memory, within a bound, what was told while the store was away. */
export function createEscalations(parts: Parts): Escalations {
  const matters = new Map<string, Matter>()

  function prune(): void {
    const now = parts.clock.now()
    for (const [key, matter] of matters) {
      if (matter.recordedAt !== undefined && now - matter.recordedAt >= quietMs) matters.delete(key)
    }
  }

  function admit(subject: NoticeSubject, text: NoticeText): Matter | undefined {
    const key = JSON.stringify([subject.tenant, text.dedupeKey])
    if (matters.has(key)) return undefined
    const kept = [...matters.values()].filter((matter) => matter.notice.tenant === subject.tenant).length
    if (kept > mattersPerTenant) return undefined
    const untold = noticeRow(parts, subject, kept === mattersPerTenant ? overflow(text) : text)
    const matter = { untold, notice: untold, sending: false }
    matters.set(kept === mattersPerTenant ? JSON.stringify([subject.tenant, untold.dedupeKey]) : key, matter)
    return matter
  }

  /** All tiers of whoever is called for it; everybody where that cannot be told, as when the store is away. */
  async function address(matter: Matter, ctx: CallContext): Promise<void> {
    if (matter.notice.attempts > 0 || parts.escalation.length === 0) return
    const { tenant, incidentId: id } = matter.notice
    const chosen = await choosePolicy(parts, { tenant, id }, ctx)
    if (chosen.kind !== 'policy') return
    const { policy } = chosen
    matter.notice = { ...matter.notice, recipients: notifiersUpTo(policy, policy.tiers.length) }
  }

  async function tell(matter: Matter, ctx: CallContext): Promise<void> {
    matter.sending = true
    try {
      await address(matter, ctx)
      const attempt = { ...matter.notice, attempts: matter.notice.attempts + 1 }
      matter.notice = afterSending(parts, attempt, await sendNotice(parts, attempt, ctx))
      reportEnd(parts, matter.notice)
    } finally {
      matter.sending = false
    }
  }

  async function tellUnlessAborted(matter: Matter, ctx: CallContext): Promise<void> {
    try {
      await tell(matter, ctx)
    } catch (error) {
      if (!ctx.signal.aborted) throw error
    }
  }

  async function record(matter: Matter, ctx: CallContext): Promise<void> {
    const { notice, untold } = matter
    const subject = { kind: 'incident', id: notice.incidentId } as const
    const queued = draft(parts, 'notice-queued', subject, queuedData(notice))
    const change = {
      tenant: notice.tenant,
      expect: [],
      put: [{ kind: 'document', table: 'notice', row: notice }],
      audit: [queued, ...outcomeEntries(parts, untold, notice)],
    } as const
    // A conflict means that an earlier try did commit and only its answer was lost.
    await parts.store.commit(change, ctx)
    matter.recordedAt = parts.clock.now()
  }

  return {
    async escalate(subject, text, ctx) {
      prune()
      const matter = admit(subject, text)
      parts.metrics.count('mendkit_direct_escalations_total', { told: matter === undefined ? 'already' : 'now' })
      if (matter !== undefined) await tell(matter, ctx)
    },

    async settle(ctx) {
      prune()
      const sent: Promise<void>[] = []
      for (const matter of matters.values()) {
        if (matter.sending || matter.recordedAt !== undefined) continue
        try {
          await record(matter, ctx)
        } catch (error) {
          ctx.signal.throwIfAborted()
          parts.log.warn(describeFailure(`notice ${matter.notice.id} cannot be recorded yet`, error))
          const { state, nextAttemptAt } = matter.notice
          if (state === 'pending' && nextAttemptAt <= parts.clock.now()) sent.push(tellUnlessAborted(matter, ctx))
        }
      }
      return { sent: Promise.all(sent).then(() => undefined) }
    },
  }
}

function overflow(text: NoticeText): NoticeText {
  return {
    urgency: text.urgency,
    dedupeKey: 'mendkit-more-escalations',
    title: message`Mendkit cannot reach its store, and more needs attention than it can tell one by one`,
    body: message`More than ${mattersPerTenant} matters came up while the store was away. Look at all open incidents.`,
  }
}
