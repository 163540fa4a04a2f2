/** Times of a simulated host: as far apart as a run can afford. */
export const simulatedSettings = {
  engine: { sweepMs: 120_000, workers: 2, leaseMs: 30_000 },
  correlation: { settleMs: 1_000 },
  diagnosis: { minIntervalMs: 30_000, retryMs: 10_000 },
  execution: { callTimeoutMs: 20_000, readEveryMs: 20_000, maxReads: 3, reachMs: 60_000 },
  verification: { soakMs: 120_000, everyMs: 120_000, deadlineMs: 300_000 },
  approval: { expiresInMs: 180_000 },
  notices: { retryMs: 10_000 },
  hold: { ms: 1_800_000 },
}
