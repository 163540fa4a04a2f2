import type { FaultKind } from './fault.ts'

/** What may happen to a worker's process: killed, suspended, or given another time of day. */
export const processFaults: readonly FaultKind[] = [
  { kind: 'kill', at: ['after-any', 'after-commit', 'after-intent', 'after-effect'], ms: [1_000, 120_000], weight: 8 },
  {
    kind: 'pause',
    at: ['after-any', 'after-commit', 'after-read', 'after-intent', 'after-effect'],
    ms: [5_000, 180_000],
    weight: 8,
  },
  { kind: 'jump', at: ['after-any'], ms: [-300_000, 300_000], weight: 2 },
]
