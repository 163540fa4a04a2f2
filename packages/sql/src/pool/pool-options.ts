/** How a pool of connections is opened. */
export interface PoolOptions {
  readonly maxConnections: number
  readonly statementTimeoutMs: number
  readonly lockPatienceMs: number
}

/** Limits that hold whatever the server does, in milliseconds. */
export interface PoolLimits {
  /** How long to wait for a connection that is free or new. */
  readonly connectMs: number
  /** How long an answer may take before its connection is given up; undefined: for ever. */
  readonly answerMs: number | undefined
  /** A connection that does nothing in the middle of a transaction holds its locks: the server ends it after this long. */
  readonly idleMs: number
}

/** What the network may add to the time that a statement takes. */
const networkMs = 1_000
/** How long to wait at most for a server that takes a connection and says nothing, ms. */
export const connectTimeoutMs = 10_000
const longestIdleMs = 15_000

/** The limits of a pool. */
export function limitsOf({ statementTimeoutMs, lockPatienceMs }: Omit<PoolOptions, 'maxConnections'>): PoolLimits {
  return {
    connectMs: Math.min(connectTimeoutMs, Math.max(networkMs, lockPatienceMs)),
    answerMs: statementTimeoutMs === 0 ? undefined : Math.max(statementTimeoutMs, lockPatienceMs) + networkMs,
    // Whoever waits longer for an answer has given the connection up.
    idleMs: statementTimeoutMs === 0 ? longestIdleMs : Math.min(longestIdleMs, Math.max(networkMs, statementTimeoutMs)),
  }
}
