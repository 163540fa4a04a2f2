import type { Clock } from '../ports/clock.ts'

/** The machine's clock and timers. A waiting `sleep` keeps the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  async sleep(ms, signal) {
    signal.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, Math.min(Math.max(ms, 0), longestTimer))
    const stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    try {
      await promise
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
    }
  },
}

/** A longer wait would overflow the timer and fire at once; whoever waits looks at the clock again anyway. */
const longestTimer = 2 ** 31 - 1
