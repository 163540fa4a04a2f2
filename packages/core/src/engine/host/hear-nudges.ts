import type { CallContext } from '../../ports/context.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import type { Wakers } from './wakers.ts'

/** Wakes the loops of a run when another process has committed work for them, where the store can tell; until the signal aborts. */
export async function hearNudges({ store, log }: Parts, wakers: Wakers, ctx: CallContext): Promise<void> {
  try {
    await store.listen?.((nudge) => wakers[nudge].ring(), ctx)
  } catch (error) {
    // Nothing depends on it: what nobody tells of is found by the next sweep.
    if (!ctx.signal.aborted) log.warn(describeFailure('work of other hosts is found by sweeps alone', error))
  }
}
