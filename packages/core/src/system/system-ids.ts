import type { Ids } from '../ports/clock.ts'
import { systemClock } from './system-clock.ts'
import { systemRandom } from './system-random.ts'
import { timeOrderedIds } from './time-ordered-ids.ts'

/** A new source of ids on the machine's clock and chance, unique across processes. */
export function systemIds(): Ids {
  return timeOrderedIds(systemClock, systemRandom)
}
