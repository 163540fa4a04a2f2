/** How many retries a wrapper may still make. */
export interface RetryBudget {
  /** A caller asked: the share of a retry is earned. */
  called(): void
  /** Whether a retry may be made; if so it is spent. */
  take(): boolean
}

/**
 * A bucket of retries. It begins with `reserve` and holds no more. Every call puts `share` of a retry into it, except that the
 * first calls pay back what it began with: over any number of calls there are at most the larger of `reserve` and
 * `share` × calls retries.
 */
export function retryBudget(share: number, reserve: number): RetryBudget {
  let owed = reserve
  let left = reserve
  return {
    called() {
      const paid = Math.min(owed, share)
      owed -= paid
      left = Math.min(reserve, left + share - paid)
    },
    take() {
      // Shares such as a tenth add up to a little less than one.
      if (left < 1 - 1e-9) return false
      left -= 1
      return true
    },
  }
}
