import type { Clock } from '@mendkit/core'
import { callOf, type Life } from './life.ts'
import type { Scheduler } from './scheduler.ts'

/** One machine's idea of the time. */
export interface WorkerClock extends Clock {
  /** Moves its wall time alone, as an operator or NTP does. */
  jump(ms: number): void
}

/**
 * The clock of one process: its wall time is off by `offsetMs`, and all its time runs `rate` times as fast as the true
 * one.
 */
export function workerClock(
  scheduler: Scheduler,
  life: Life,
  { offsetMs, rate }: { readonly offsetMs: number; readonly rate: number },
): WorkerClock {
  const start = scheduler.now()
  let offset = offsetMs
  const elapsed = () => (scheduler.now() - start) * rate
  return {
    now: () => Math.floor(start + offset + elapsed()),
    monotonic: elapsed,
    sleep: (ms, signal) =>
      callOf(scheduler, life, {
        label: 'clock.sleep',
        run: () => undefined,
        signal,
        afterMs: Math.ceil(Math.max(0, ms) / rate),
      }),
    jump(ms) {
      offset += ms
    },
  }
}
