/** How a pool of connections is opened. */
export interface PoolOptions {
  readonly maxConnections: number
  readonly statementTimeoutMs: number
  readonly lockPatienceMs: number
}

/** A connection that does nothing in the middle of a transaction holds its locks: the server ends it after this long, ms. */
export const idleTransactionMs = 15_000

/** How long to wait for a server that takes a connection and says nothing, ms. */
export const connectTimeoutMs = 10_000
