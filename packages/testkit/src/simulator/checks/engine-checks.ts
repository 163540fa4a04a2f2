import type { SimulationCheck } from '../check.ts'
import { approvalUsedUp, decided } from './decisions.ts'
import { atMostOnce, effectsTold, fenced, intended, observedTruly, oneAnIntent, sentUnderIntent } from './effects.ts'
import { capsKept, locksFreed, locksHeld } from './holds.ts'
import { cooldownKept, notWhilePaused, notWhileSuppressed, toldWithItsIntent, underLease } from './intents.ts'
import { escalationPages, pagedInOrder, pagedToTheEnd } from './people.ts'
import { recoveredOnEvidence, resolvedWhenClear } from './verdicts.ts'

/** What the engine promises whatever it works on. */
export const engineChecks: readonly SimulationCheck[] = [
  intended,
  atMostOnce,
  oneAnIntent,
  fenced,
  effectsTold,
  observedTruly,
  sentUnderIntent,
  toldWithItsIntent,
  decided,
  approvalUsedUp,
  notWhilePaused,
  notWhileSuppressed,
  cooldownKept,
  underLease,
  locksHeld,
  locksFreed,
  capsKept,
  recoveredOnEvidence,
  resolvedWhenClear,
  escalationPages,
  pagedInOrder,
  pagedToTheEnd,
]
