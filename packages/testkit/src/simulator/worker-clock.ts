import type { Clock } from '@mendkit/core'
import type { Chance } from './chance.ts'
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

/** How wrong a clock is: most are right. */
export function drawPace(chance: Chance): { offsetMs: number; rate: number } {
  const isOff = chance.happens(0.3)
  const offsetMs = chance.between(-300_000, 300_000)
  const rate = chance.pick([0.5, 0.8, 1, 1, 1.25, 2])
  return isOff ? { offsetMs, rate } : { offsetMs: 0, rate: 1 }
}
