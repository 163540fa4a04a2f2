import { noAnswer, type RequestIntent } from './api-failure.ts'

/** How long a call may still take: until its caller aborts, or until its deadline. */
export interface Patience {
  /** Aborts on whichever comes first. */
  readonly signal: AbortSignal
  /** Milliseconds left before the deadline; 0 once it has passed. */
  left(): number
  /**
   * What to throw when `signal` is the cause of an error: the caller's own reason as it is, or `unavailable` for the
   * deadline. `undefined` when the signal has not aborted.
   */
  failure(intent: RequestIntent, sent: boolean): Error | undefined
  /** Waits for work that cannot be cancelled, and no longer than there is patience. Nothing counts as sent meanwhile. */
  await<T>(work: Promise<T>, intent: RequestIntent): Promise<T>
  /** Restarts the deadline, for streams that may last as long as something arrives. */
  renew(): void
  /** Must be called in the end: it frees the timer and the listener on the caller's signal. */
  end(): void
}

/** Starts a deadline of `deadlineMs` milliseconds beside the caller's signal. Throws the caller's reason if it is aborted. */
export function startPatience(caller: AbortSignal, deadlineMs: number): Patience {
  caller.throwIfAborted()
  const both = new AbortController()
  let endsAt = performance.now() + deadlineMs
  const expire = () => both.abort()
  let timer = setTimeout(expire, deadlineMs)
  const follow = () => both.abort(caller.reason)
  caller.addEventListener('abort', follow, { once: true })
  const patience: Patience = {
    signal: both.signal,
    left: () => (both.signal.aborted ? 0 : Math.max(0, endsAt - performance.now())),
    failure(intent, sent) {
      if (!both.signal.aborted) return undefined
      // A reason that is no Error passes through all the same; nothing here looks into it.
      return caller.aborted
        ? (caller.reason as Error)
        : noAnswer(intent, `no answer within ${deadlineMs / 1000} s`, sent)
    },
    await: (work, intent) =>
      new Promise((resolve, reject) => {
        const over = () => reject(patience.failure(intent, false) ?? new Error('the signal has not aborted'))
        both.signal.addEventListener('abort', over, { once: true })
        work.then(resolve, reject).finally(() => both.signal.removeEventListener('abort', over))
      }),
    renew() {
      clearTimeout(timer)
      endsAt = performance.now() + deadlineMs
      timer = setTimeout(expire, deadlineMs)
    },
    end() {
      clearTimeout(timer)
      caller.removeEventListener('abort', follow)
    },
  }
  return patience
}
