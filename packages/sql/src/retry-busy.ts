import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { type FailureKindOf, passesSoon } from './database-failure.ts'

/** Longest pause between two tries, ms. */
const longestPause = 50

/**
 * Runs `work` again while it fails in a way that passes: somebody else has a lock, the database broke a deadlock by us, a
 * connection is gone. The pauses grow and are random, so that several waiting processes do not meet again. After
 * `patienceMs` it throws what `work` threw last; but a connection that was lost is made once more however long it had been
 * silent. `work` must leave nothing behind when it throws like this.
 */
export async function retryBusy<Result>(
  work: () => Promise<Result>,
  patienceMs: number,
  failureKind: FailureKindOf,
): Promise<Result> {
  const giveUpAt = performance.now() + patienceMs
  let lost = 0
  for (let pause = 1; ; pause = Math.min(pause * 2, longestPause)) {
    try {
      return await work()
    } catch (error) {
      const kind = failureKind(error)
      if (kind === 'lost') lost += 1
      const isFirstLoss = kind === 'lost' && lost === 1 && patienceMs > 0
      if (!passesSoon(kind) || (performance.now() >= giveUpAt && !isFirstLoss)) throw error
    }
    await wait(pause * (0.5 + Math.random()))
  }
}
