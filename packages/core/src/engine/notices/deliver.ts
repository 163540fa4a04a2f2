import type { Notice } from '../../model/notice.ts'
import type { CallContext } from '../../ports/context.ts'
import { message } from '../../redact/message.ts'
import type { Parts } from '../parts.ts'
import { afterSending, outcomeEntries, reportEnd, retryDelay } from './outcome.ts'
import { sendNotice } from './send.ts'
import { threadsOf } from './threads.ts'

/** How often an outcome is merged into a row that somebody else changed meanwhile. */
const mergeAttempts = 5

/**
 * Delivers one notice that is due: takes the attempt in a commit of its own, so that no other worker makes the same one,
 * then sends, then records who took it. A worker that dies in between costs one retry and perhaps a second message with
 * the same `dedupeKey`. Threads are read while the attempt is taken. Rejects with the abort reason, or when the store fails.
 */
export async function deliverNotice(parts: Parts, notice: Notice, ctx: CallContext): Promise<void> {
  const [claimed, threads] = await Promise.all([claimAttempt(parts, notice, ctx), threadsOf(parts, notice, ctx)])
  if (claimed === undefined) return
  const sending = { ...claimed, threads: { ...claimed.threads, ...threads } }
  const result = await sendNotice(parts, sending, ctx)
  let current: Notice | undefined = sending
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
