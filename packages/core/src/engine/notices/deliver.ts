import type { Notice } from '../../model/notice.ts'
import type { CallContext } from '../../ports/context.ts'
import { message } from '../../redact/message.ts'
import type { Parts } from '../parts.ts'
import { afterSending, outcomeEntries, retryDelay } from './outcome.ts'
import { sendNotice } from './send.ts'

/** How often an outcome is merged into a row that somebody else changed meanwhile. */
const mergeAttempts = 5

/**
 * Delivers one notice that is due: takes the attempt in a commit of its own, so that no other worker makes the same one,
 * then sends, then records who took it. A worker that dies in between costs one retry and perhaps a second message with
 * the same `dedupeKey`. Rejects with the abort reason, or when the store fails.
 */
export async function deliverNotice(parts: Parts, notice: Notice, ctx: CallContext): Promise<void> {
  const claimed = await claimAttempt(parts, notice, ctx)
  if (claimed === undefined) return
  const result = await sendNotice(parts, claimed, ctx)
  let current: Notice | undefined = claimed
  for (let tries = 0; tries < mergeAttempts && current?.state === 'pending'; tries += 1) {
    const after = afterSending(parts, current, result)
    if (await write(parts, after, outcomeEntries(parts, current, after), ctx)) return reportEnd(parts, after)
    current = await parts.store.get('notice', notice.tenant, notice.id, ctx)
  }
  parts.log.info(message`the outcome of notice ${notice.id} was recorded by another worker`)
}

async function claimAttempt(parts: Parts, notice: Notice, ctx: CallContext): Promise<Notice | undefined> {
  const attempts = notice.attempts + 1
  const latestEnd = parts.clock.now() + parts.settings.engine.portTimeoutMs
  const claimed = { ...notice, attempts, nextAttemptAt: latestEnd + retryDelay(parts, attempts) }
  return (await write(parts, claimed, [], ctx)) ? { ...claimed, revision: notice.revision + 1 } : undefined
}

async function write(
  parts: Parts,
  row: Notice,
  audit: ReturnType<typeof outcomeEntries>,
  ctx: CallContext,
): Promise<boolean> {
  const put = [{ kind: 'document', table: 'notice', row }] as const
  const result = await parts.store.commit({ tenant: row.tenant, expect: [], put, audit }, ctx)
  return result.kind === 'committed'
}

function reportEnd(parts: Parts, notice: Notice): void {
  if (notice.state === 'sent') {
    const took = parts.clock.now() - notice.at
    parts.metrics.observe('mendkit_notice_delivery_seconds', took, { urgency: notice.urgency })
  }
  if (notice.state !== 'failed') return
  const fields = { notice: notice.id, urgency: notice.urgency, refused: notice.refusedBy.join(' ') }
  const told = message`notice ${notice.id} reached ${notice.deliveredTo.length} of ${parts.notifiers.length} notifiers`
  parts.log.error(told, fields)
}
