import { setTimeout as delay } from 'node:timers/promises'

/** Waits for something, but no longer than so many milliseconds; then answers, or throws, what `late` does. */
export async function within<Result, Late>(
  ms: number,
  something: Promise<Result>,
  late: () => Late,
): Promise<Result | Late> {
  const waiting = new AbortController()
  const isLate = Symbol('late')
  const time = delay(ms, isLate, { signal: waiting.signal })
  // Aborted as soon as it is not needed.
  time.catch(() => undefined)
  try {
    const first = await Promise.race([something, time])
    return first === isLate ? late() : (first as Result)
  } finally {
    waiting.abort()
  }
}
