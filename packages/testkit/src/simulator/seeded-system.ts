import { type Clock, type Ids, type Random, timeOrderedIds } from '@mendkit/core'
import type { Chance } from './chance.ts'

/** Ids and chance of one process, from a seed. */
export function seededSystem(clock: Clock, chance: Chance): { readonly ids: Ids; readonly random: Random } {
  const random: Random = { hex: (length) => chance.hex(length), number: () => chance.number() }
  return { ids: timeOrderedIds(clock, random), random }
}
