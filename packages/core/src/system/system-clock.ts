import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '../ports/clock.ts'

/** The machine's clock and timers. A waiting `sleep` keeps the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  async sleep(ms, signal) {
    signal.throwIfAborted()
    try {
      await wait(Math.min(Math.max(ms, 0), longestTimer), undefined, { signal })
    } catch (error) {
      signal.throwIfAborted()
      throw error
    }
  },
}

/** A longer wait would overflow the timer and fire at once; whoever waits looks at the clock again anyway. */
const longestTimer = 2 ** 31 - 1
