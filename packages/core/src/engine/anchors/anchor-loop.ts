import type { AnchorSink } from '../../ports/anchor-sink.ts'
import type { CallContext } from '../../ports/context.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import type { Vitals } from '../work/vitals.ts'
import { createWaker } from '../work/waker.ts'
import { keepAlarm } from './alarm.ts'
import { anchorPass } from './anchor-pass.ts'
import { tellForks } from './fork-alarm.ts'

/**
 * Anchors the logs of all tenants in one sink, every `settings.audit.anchorEveryMs`, until `stopping` aborts. A loop of its own:
 * whatever a sink does holds up nothing else, another sink included.
 */
export async function anchorLoop(
  parts: Parts,
  vitals: Vitals,
  sink: AnchorSink,
  stopping: AbortSignal,
  given: CallContext,
): Promise<void> {
  // A pass under way is not worth waiting for: the next start goes on where it ends.
  const ctx = { ...given, signal: AbortSignal.any([stopping, given.signal]) }
  while (!ctx.signal.aborted) {
    try {
      const pass = await anchorPass(parts, sink, ctx)
      await tellForks(parts, sink, pass, ctx)
      const since = await keepAlarm(parts, sink, pass, ctx)
      const refused = pass.refused.length
      vitals.anchored(sink.id, { ...(since !== undefined && { since }), refused })
      const behindMs = since === undefined ? 0 : Math.max(0, (await parts.store.now(ctx)) - since)
      parts.metrics.gauge('mendkit_anchor_behind_seconds', behindMs / 1_000, { sink: sink.id })
      parts.metrics.gauge('mendkit_anchor_refused_logs', refused, { sink: sink.id })
    } catch (error) {
      if (ctx.signal.aborted) return
      parts.log.warn(describeFailure(`audit logs could not be anchored in ${sink.id}; trying again`, error))
    }
    await createWaker(parts.clock).wait(parts.settings.audit.anchorEveryMs, ctx.signal)
  }
}
