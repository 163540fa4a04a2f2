import type { Clock } from '@mendkit/core'
import type { Scheduler } from './scheduler.ts'

/** The clock of the simulated store, which is the true time whatever clocks its processes have. */
export function storeClockOf(scheduler: Pick<Scheduler, 'now'>, start: number): Clock {
  return {
    now: () => scheduler.now(),
    monotonic: () => scheduler.now() - start,
    sleep: () => Promise.reject(new Error('the store does not sleep')),
  }
}
