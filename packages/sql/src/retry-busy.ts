import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { failureKind } from './database-failure.ts'

/** Longest pause between two tries, ms. */
const longestPause = 50

/**
 * Runs `work` again while the database is locked by somebody else, with growing random pauses so that several waiting
 * processes do not meet again. After `patienceMs` it throws what `work` threw last. It never waits inside the database,
 * so the event loop goes on.
 */
export async function retryBusy<Result>(work: () => Promise<Result>, patienceMs: number): Promise<Result> {
  const giveUpAt = performance.now() + patienceMs
  for (let pause = 1; ; pause = Math.min(pause * 2, longestPause)) {
    try {
      return await work()
    } catch (error) {
      if (failureKind(error) !== 'busy' || performance.now() >= giveUpAt) throw error
    }
    await wait(pause * (0.5 + Math.random()))
  }
}
