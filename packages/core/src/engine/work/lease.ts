import { MendkitError } from '../../errors.ts'
import { noLongerNeeded } from '../../no-longer-needed.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Claim } from '../../ports/lease-store.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import type { Lease } from '../steps/view.ts'

/**
 * Runs `work` under a lease: counts it on the monotonic clock from before the claim, renews it at a third of its length,
 * and aborts the work when a renewal says that it was lost or when it ran out unrenewed.
 */
export async function underLease<Result>(
  parts: Parts,
  claim: Claim,
  claimedAt: number,
  ctx: CallContext,
  work: (lease: Lease, ctx: CallContext) => Promise<Result>,
): Promise<Result> {
  const { leaseMs } = parts.settings.engine
  const stop = new AbortController()
  const done = new AbortController()
  let since = claimedAt
  const lease: Lease = { remainingMs: () => since + leaseMs - parts.clock.monotonic() }

  async function keep(): Promise<void> {
    while (!done.signal.aborted) {
      await parts.clock.sleep(leaseMs / 3, done.signal)
      const asked = parts.clock.monotonic()
      const held = await renewOrTellWhy(parts, claim, { ...ctx, signal: done.signal })
      if (held === 'renewed') since = asked
      if (held === 'lost' || lease.remainingMs() <= 0) {
        stop.abort(new MendkitError('conflict', `the lease on incident ${claim.incidentId} was lost`))
        return
      }
    }
  }

  const giveUp = () => stop.abort(ctx.signal.reason)
  if (ctx.signal.aborted) giveUp()
  // Not by `AbortSignal.any`: a signal of that kind to which somebody still listens is never collected.
  ctx.signal.addEventListener('abort', giveUp, { once: true })
  const keeping = keep().catch((error: unknown) => {
    if (!done.signal.aborted) stop.abort(error)
  })
  try {
    return await work(lease, { ...ctx, signal: stop.signal })
  } finally {
    ctx.signal.removeEventListener('abort', giveUp)
    done.abort(noLongerNeeded)
    await keeping
  }
}

async function renewOrTellWhy(
  parts: Parts,
  claim: Claim,
  ctx: CallContext,
): Promise<'renewed' | 'lost' | 'unreachable'> {
  try {
    return (await parts.store.renew(claim, parts.settings.engine.leaseMs, ctx)) ? 'renewed' : 'lost'
  } catch (error) {
    ctx.signal.throwIfAborted()
    parts.log.warn(describeFailure(`the lease on incident ${claim.incidentId} could not be renewed`, error))
    return 'unreachable'
  }
}
