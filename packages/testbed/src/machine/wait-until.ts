import { setTimeout as delay } from 'node:timers/promises'
import { MendkitError } from '@mendkit/core'

/** How long to wait and how. */
export interface WaitOptions {
  /** @default 30_000 */
  readonly timeoutMs?: number
  /** @default 100 */
  readonly everyMs?: number
}

/**
 * Asks again and again until `probe` answers something other than `undefined` or `false`, and returns that answer.
 *
 * Throws `unavailable` with `what` in its message when the time is over; the last error of the probe is its cause. A
 * probe that throws counts as "not yet".
 */
export async function waitUntil<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  options: WaitOptions = {},
): Promise<T> {
  const { timeoutMs = 30_000, everyMs = 100 } = options
  const deadline = performance.now() + timeoutMs
  let cause: unknown
  do {
    try {
      const answer = await probe()
      if (answer !== undefined && answer !== false) return answer
      cause = undefined
    } catch (error) {
      cause = error
    }
    await delay(everyMs)
  } while (performance.now() < deadline)
  const why = cause instanceof Error ? `: ${cause.message}` : ''
  throw new MendkitError('unavailable', `${what} did not come about within ${timeoutMs} ms${why}`, { cause })
}
