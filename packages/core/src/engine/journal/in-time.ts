import { MendkitError } from '../../errors.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Parts } from '../parts.ts'
import type { StepView } from '../steps/view.ts'

/** Whether too little is left of a step's lease to send anything under it. */
export function isLate(parts: Parts, { lease }: StepView): boolean {
  return lease.remainingMs() <= parts.settings.engine.leaseMarginMs
}

/**
 * The context of a call that changes something. Timers of a process that was suspended fire only after what had arrived
 * meanwhile is dealt with, so that the signal is too late to keep the next request of such a call from being sent.
 */
export function inTime(parts: Parts, view: StepView): CallContext {
  return {
    ...view.ctx,
    assertInTime() {
      if (!isLate(parts, view)) return
      const because = `too little is left of the lease on incident ${view.incident.id} to change anything`
      throw new MendkitError('unavailable', because, { effect: 'none' })
    },
  }
}
