import type { CallContext } from '../../ports/context.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import type { FailedNotices, Vitals } from '../work/vitals.ts'
import { createWaker } from '../work/waker.ts'

const leastEveryMs = 30_000
const pageSize = 1_000
const maxPages = 10
const maxIds = 5

/**
 * Counts the failed notices of all workers, for health and metrics, until `stopping` aborts: every 30 seconds, and no more
 * often than a host sweeps.
 */
export async function failedNoticesLoop(
  parts: Parts,
  vitals: Vitals,
  stopping: AbortSignal,
  ctx: CallContext,
): Promise<void> {
  while (!stopping.aborted) {
    try {
      const failed = await failedNotices(parts, ctx)
      vitals.failedNotices(failed)
      parts.metrics.gauge('mendkit_notices_failed', failed.count)
    } catch (error) {
      if (ctx.signal.aborted) return
      parts.log.warn(describeFailure('failed notices could not be counted; trying again', error))
    }
    await createWaker(parts.clock).wait(Math.max(leastEveryMs, parts.settings.engine.sweepMs), stopping)
  }
}

async function failedNotices({ store }: Parts, ctx: CallContext): Promise<FailedNotices> {
  let count = 0
  let newest: readonly string[] = []
  let after: string | undefined
  for (let pages = 0; pages < maxPages; pages += 1) {
    const query = { states: ['failed'], limit: pageSize, ...(after !== undefined && { after }) }
    const ids = (await store.list('notice', query, ctx)).map(({ id }) => id)
    count += ids.length
    newest = [...newest, ...ids].slice(-maxIds)
    after = ids.at(-1)
    if (ids.length < pageSize) break
  }
  return { count, newest: newest.toReversed() }
}
