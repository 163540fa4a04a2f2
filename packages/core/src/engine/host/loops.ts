import type { CallContext } from '../../ports/context.ts'
import { correlatePending } from '../correlate/correlate-pending.ts'
import { createOwnersPatience } from '../correlate/owners-patience.ts'
import { describeFailure } from '../failure.ts'
import type { Notices } from '../notices/notices.ts'
import type { Parts } from '../parts.ts'
import type { Sweep, Vitals } from '../work/vitals.ts'
import { createWaker } from '../work/waker.ts'
import type { Wakers } from './wakers.ts'

/** What the loops of a run share. */
export interface Loops {
  readonly parts: Parts
  readonly wakers: Wakers
  readonly vitals: Vitals
}

/** Correlates pending alerts, at every ring and every sweep, until `stopping` aborts. */
export async function correlateLoop(loops: Loops, stopping: AbortSignal, ctx: CallContext): Promise<void> {
  const { parts, wakers, vitals } = loops
  const patience = createOwnersPatience(parts)
  while (!stopping.aborted) {
    try {
      await correlatePending(parts, patience, ctx)
      vitals.well('sweep', 'correlate')
    } catch (error) {
      if (ctx.signal.aborted) return
      sweepFailed(loops, 'correlate', 'pending alerts could not be correlated; trying again', error)
      await createWaker(parts.clock).wait(parts.settings.engine.sweepMs, stopping)
    }
    await wakers.pending.wait(parts.settings.engine.sweepMs, stopping)
  }
}

/**
 * Looks for due notices, one look at a time, until `stopping` aborts; then waits for those on their way. What a look took
 * on is not waited for before the next: a notifier that hangs must not hold up the next page.
 */
export async function noticeLoop(
  loops: Loops,
  notices: Notices,
  stopping: AbortSignal,
  ctx: CallContext,
): Promise<void> {
  const { parts, wakers, vitals } = loops
  /** At most as many as notices that are on their way, which the outbox bounds. */
  const under = new Set<Promise<void>>()
  while (!stopping.aborted) {
    try {
      const { sent } = await notices.look(ctx)
      vitals.well('sweep', 'notices')
      const delivery: Promise<void> = sent.catch(failed).finally(() => under.delete(delivery))
      under.add(delivery)
    } catch (error) {
      failed(error)
    }
    await wakers.notices.wait(parts.settings.engine.sweepMs, stopping)
  }
  await Promise.all(under)

  function failed(error: unknown): void {
    if (ctx.signal.aborted) return
    sweepFailed(loops, 'notices', 'notices could not be delivered; trying again', error)
  }
}

function sweepFailed({ parts, vitals }: Loops, sweep: Sweep, what: string, error: unknown): void {
  vitals.failed('sweep', sweep)
  parts.metrics.count('mendkit_sweep_failures_total', { sweep })
  parts.log.error(describeFailure(what, error))
}
