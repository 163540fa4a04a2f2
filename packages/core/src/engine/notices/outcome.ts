import type { AuditDraft } from '../../model/event.ts'
import type { Notice } from '../../model/notice.ts'
import { message } from '../../redact/message.ts'
import { draft } from '../draft.ts'
import type { Parts } from '../parts.ts'
import { missingNotifiers, openNotifiers, recipientsOf, type SendResult } from './send.ts'

/** Longest wait between two deliveries of one notice. */
const longestRetryMs = 300_000

/**
 * The wait after `attempts` deliveries: `settings.notices.retryMs`, doubled each time, at most five minutes; then, so that
 * many notices do not come back at once, a random part of its upper half. A receiver that asked for longer gets it, up to
 * the same five minutes.
 */
export function retryDelay(parts: Pick<Parts, 'random' | 'settings'>, attempts: number, retryAfterMs = 0): number {
  const doubled = parts.settings.notices.retryMs * 2 ** Math.max(0, attempts - 1)
  const jittered = Math.min(doubled, longestRetryMs) * (0.5 + parts.random.number() / 2)
  return Math.round(Math.max(jittered, Math.min(retryAfterMs, longestRetryMs)))
}

/**
 * The notice after a delivery: `sent` when every notifier took it; `failed` when at least one never will, because it
 * refused, because `settings.notices.maxAttempts` are used up, or because the host no longer has it; else `pending` with
 * the time of the next attempt.
 */
export function afterSending(parts: Parts, notice: Notice, result: SendResult): Notice {
  const exhausted = notice.attempts >= parts.settings.notices.maxAttempts
  const told: Notice = {
    ...notice,
    deliveredTo: union(notice.deliveredTo, result.taken),
    refusedBy: union(notice.refusedBy, [
      ...result.refused,
      ...(exhausted ? result.later : []),
      ...missingNotifiers(parts, notice),
    ]),
    threads: { ...notice.threads, ...result.threads },
  }
  if (openNotifiers(parts, told).length === 0) {
    return { ...told, state: told.refusedBy.length === 0 ? 'sent' : 'failed' }
  }
  return { ...told, nextAttemptAt: parts.clock.now() + retryDelay(parts, notice.attempts, result.retryAfterMs) }
}

/** One entry for each notifier that newly took or finally refused the notice. */
export function outcomeEntries(parts: Parts, before: Notice, after: Notice): readonly AuditDraft[] {
  const subject = { kind: 'incident', id: after.incidentId } as const
  const { id: notice, attempts } = after
  const taken = after.deliveredTo.filter((id) => !before.deliveredTo.includes(id))
  const refused = after.refusedBy.filter((id) => !before.refusedBy.includes(id))
  return [
    ...taken.map((notifier) => draft(parts, 'notice-sent', subject, { notice, notifier })),
    ...refused.map((notifier) => draft(parts, 'notice-failed', subject, { notice, notifier, attempts })),
  ]
}

/** Tells the log and the metrics how a notice ended; nothing while it is pending. */
export function reportEnd(parts: Parts, notice: Notice): void {
  const { urgency } = notice
  if (notice.state === 'sent') {
    parts.metrics.observe('mendkit_notice_delivery_seconds', parts.clock.now() - notice.at, { urgency })
  }
  if (notice.state !== 'failed') return
  parts.metrics.count('mendkit_notices_failed_total', { urgency })
  const fields = { notice: notice.id, urgency, refused: notice.refusedBy.join(' ') }
  const missing = missingNotifiers(parts, notice)
  const gone = missing.length === 0 ? '' : `; this host has no notifier ${missing.join(', ')}`
  const all = recipientsOf(parts, notice).length + missing.length
  const told = message`notice ${notice.id} reached ${notice.deliveredTo.length} of ${all} notifiers${gone}`
  parts.log.error(told, fields)
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])]
}
