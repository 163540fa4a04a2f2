import { noLongerNeeded } from '../../no-longer-needed.ts'
import type { Clock } from '../../ports/clock.ts'

/** Wakes one waiter early. A ring while nobody waits is kept for the next wait. */
export interface Waker {
  ring(): void
  /** Resolves at the next ring, or after `ms` milliseconds, or when the signal aborts; never rejects. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

function noMore(): void {
  // Nothing is left to be done.
}

/** Makes a waker on a clock. */
export function createWaker(clock: Clock): Waker {
  let rung = false
  let wake: (() => void) | undefined
  return {
    ring() {
      rung = true
      wake?.()
    },
    async wait(ms, signal) {
      if (!rung && !signal.aborted) {
        const sleeper = new AbortController()
        const give = () => sleeper.abort(noLongerNeeded)
        wake = give
        signal.addEventListener('abort', give, { once: true })
        // The sleep ends by time or by the sleeper's abort; both mean that the wait is over.
        await clock.sleep(ms, sleeper.signal).then(noMore, noMore)
        signal.removeEventListener('abort', give)
        wake = undefined
      }
      rung = false
    },
  }
}
