import type { Change } from '../../model/change.ts'
import type { Waker } from '../work/waker.ts'

/** What wakes each loop of a run before its sweep. */
export interface Wakers {
  /** Incidents are due. */
  readonly due: Waker
  /** Alerts wait for correlation. */
  readonly pending: Waker
  /** Notices wait for delivery. */
  readonly notices: Waker
}

/** Wakes the loops that a committed change concerns. */
export function wake(wakers: Wakers, change: Change): void {
  for (const put of change.put) {
    if (put.kind === 'raise' || put.kind === 'schedule') wakers.due.ring()
    if (put.kind === 'alerts' || (put.kind === 'document' && put.table === 'change')) wakers.pending.ring()
    if (put.kind === 'document' && put.table === 'notice' && put.row.attempts === 0) wakers.notices.ring()
  }
}
