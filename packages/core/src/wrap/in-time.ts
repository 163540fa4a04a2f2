import { MendkitError } from '../errors.ts'
import { noLongerNeeded } from '../no-longer-needed.ts'
import type { Clock } from '../ports/clock.ts'

/** How long a call may take, and what to call it when it takes longer. */
export interface CallLimit {
  /** Identifiers only, such as `check kubernetes.workload-health`: it goes into errors and spans. */
  readonly what: string
  /** Milliseconds on the host's clock. */
  readonly ms: number
}

/**
 * Makes one call under a time limit. The call gets a signal that aborts with the caller's own, or when time is up; a call
 * that does not listen is left behind, and whatever it answers later is dropped. Rejects with the caller's abort reason,
 * unwrapped, when the caller gave up; with `unavailable` when time ran out (what was asked for may still have happened);
 * else with whatever the call threw. An answer that arrived first always counts.
 */
export async function inTime<Result>(
  clock: Clock,
  limit: CallLimit,
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const call = new AbortController()
  const sleeper = new AbortController()
  const givenUp = Promise.withResolvers<never>()
  const giveUp = () => {
    givenUp.reject(signal.reason)
    call.abort(signal.reason)
  }
  signal.addEventListener('abort', giveUp, { once: true })
  const timeIsUp = clock.sleep(limit.ms, sleeper.signal).then((): never => {
    const error = new MendkitError('unavailable', `${limit.what} did not answer within ${limit.ms} ms`)
    call.abort(error)
    throw error
  })
  const answer = (async () => run(call.signal))()
  try {
    return await Promise.race([answer, givenUp.promise, timeIsUp])
  } catch (error) {
    // A call that wraps the abort reason in an error of its own must not hide why it was stopped.
    throw call.signal.aborted ? call.signal.reason : error
  } finally {
    signal.removeEventListener('abort', giveUp)
    sleeper.abort(noLongerNeeded)
  }
}
