import type { Nudge } from '../model/nudge.ts'
import type { CallContext } from './context.ts'

/**
 * Prompt word of work that other processes have committed. It is never the truth: the store is, and every worker sweeps it. A
 * nudge may come twice, late or not at all; one that is lost costs a sweep.
 */
export interface WorkQueue {
  /**
   * Tells of work until `ctx.signal` aborts, and resolves then. It keeps itself connected: after an interruption it tells of
   * everything once, since nobody knows what was missed. What it cannot do it says in `ctx.log`; it never rejects.
   */
  listen(heard: (nudge: Nudge) => void, ctx: CallContext): Promise<void>
}
