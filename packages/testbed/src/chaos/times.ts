import type { MendkitOptions } from '@mendkit/core'

/** How long the hosts of a run hold a lease, in milliseconds: the shortest that there is. */
export const leaseMs = 1_000

/** Times so short that a fault costs seconds, not minutes. Nothing else differs from a host in production. */
export const chaosSettings: NonNullable<MendkitOptions['settings']> = {
  engine: { sweepMs: 100, leaseMs, leaseMarginMs: 300, drainMs: 5_000 },
  correlation: { settleMs: 50 },
  diagnosis: { minIntervalMs: 200, retryMs: 200 },
  execution: { readEveryMs: 200, blockedMs: 60_000 },
  verification: { deadlineMs: 45_000, soakMs: 200, everyMs: 100 },
  notices: { retryMs: 200 },
}

/** When nothing more may be left to do, in milliseconds after the last start. */
export const quietWithinMs = 60_000
