import type { Incident } from '../../model/incident.ts'
import type { CallContext } from '../../ports/context.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import type { CountedRows, Vitals } from '../work/vitals.ts'
import { createWaker } from '../work/waker.ts'

const leastEveryMs = 30_000
const pageSize = 1_000
const maxPages = 10
const maxIds = 5

/**
 * Counts the failed notices and the unanswered escalations of all workers, for health and metrics, until `stopping` aborts:
 * every 30 seconds, and no more often than a host sweeps.
 */
export async function countLeftUndone(
  parts: Parts,
  vitals: Vitals,
  stopping: AbortSignal,
  ctx: CallContext,
): Promise<void> {
  while (!stopping.aborted) {
    try {
      const [failedNotices, unansweredEscalations] = await Promise.all([
        counted(parts, 'notice', 'failed', () => true, ctx),
        counted(parts, 'incident', 'escalated', isUnanswered, ctx),
      ])
      vitals.leftUndone({ failedNotices, unansweredEscalations })
      parts.metrics.gauge('mendkit_notices_failed', failedNotices.count)
      parts.metrics.gauge('mendkit_escalations_unanswered', unansweredEscalations.count)
    } catch (error) {
      if (ctx.signal.aborted) return
      parts.log.warn(describeFailure('what is left undone could not be counted; trying again', error))
    }
    await createWaker(parts.clock).wait(Math.max(leastEveryMs, parts.settings.engine.sweepMs), stopping)
  }
}

function isUnanswered(row: { readonly id: string; readonly escalation?: Incident['escalation'] }): boolean {
  return row.escalation?.kind === 'unanswered'
}

async function counted(
  { store }: Parts,
  table: 'notice' | 'incident',
  state: string,
  counts: (row: { readonly id: string }) => boolean,
  ctx: CallContext,
): Promise<CountedRows> {
  let count = 0
  let newest: readonly string[] = []
  let after: string | undefined
  for (let pages = 0; pages < maxPages; pages += 1) {
    const query = { states: [state], limit: pageSize, ...(after !== undefined && { after }) }
    const page = await store.list(table, query, ctx)
    const ids = page.filter(counts).map(({ id }) => id)
    count += ids.length
    newest = [...newest, ...ids].slice(-maxIds)
    after = page.at(-1)?.id
    if (page.length < pageSize) break
  }
  return { count, newest: newest.toReversed() }
}
