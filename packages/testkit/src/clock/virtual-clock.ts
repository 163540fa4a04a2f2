import { setImmediate } from 'node:timers/promises'
import type { Clock } from '@mendkit/core'

/** A clock that stands still until it is told to go on. */
export interface VirtualClock extends Clock {
  /**
   * Goes on by `ms` milliseconds. Sleepers wake one after the other, in the order of their times (equal times: first
   * come, first served), each at exactly its time, and what a sleeper does next is done before the next one wakes;
   * those who fall asleep on the way wake too when their time comes.
   */
  advance(ms: number): Promise<void>
  /** Moves wall time alone, as an operator or NTP does; nobody wakes. */
  jump(ms: number): void
  /** How many sleep now. */
  readonly sleepers: number
  /** When the next sleeper wakes, in wall time; undefined when nobody sleeps. */
  readonly nextWakeAt: number | undefined
}

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

/** A virtual clock. It starts at `startAt`, milliseconds since 1970; default: the first of January 2026, UTC. */
export function virtualClock({ startAt = Date.UTC(2026, 0, 1) }: { readonly startAt?: number } = {}): VirtualClock {
  let elapsed = 0
  let wallAtZero = startAt
  const sleeping = new Set<Sleeper>()

  function first(): Sleeper | undefined {
    let found: Sleeper | undefined
    for (const sleeper of sleeping) if (found === undefined || sleeper.at < found.at) found = sleeper
    return found
  }

  return {
    now: () => wallAtZero + elapsed,
    monotonic: () => elapsed,
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        const stop = () => {
          sleeping.delete(sleeper)
          reject(signal.reason)
        }
        const wake = () => {
          signal.removeEventListener('abort', stop)
          resolve()
        }
        const sleeper: Sleeper = { at: elapsed + Math.max(0, ms), wake }
        signal.addEventListener('abort', stop, { once: true })
        sleeping.add(sleeper)
      })
    },
    async advance(ms) {
      const until = elapsed + ms
      await setImmediate()
      for (let next = first(); next !== undefined && next.at <= until; next = first()) {
        elapsed = Math.max(elapsed, next.at)
        sleeping.delete(next)
        next.wake()
        // A turn of the event loop: every promise that the sleeper can settle by itself is settled.
        await setImmediate()
      }
      elapsed = Math.max(elapsed, until)
      await setImmediate()
    },
    jump(ms) {
      wallAtZero += ms
    },
    get sleepers() {
      return sleeping.size
    },
    get nextWakeAt() {
      const next = first()
      return next === undefined ? undefined : wallAtZero + next.at
    },
  }
}
