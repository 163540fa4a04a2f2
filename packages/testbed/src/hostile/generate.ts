import type { Chance } from '@mendkit/testkit'
import { forbiddenAction, oddParameters, shadowed, strangeTarget, unknownAction } from './hostile-actions.ts'
import { type HostileCase, honest, type Sight } from './hostile-case.ts'
import { forgedCitation, shifting } from './hostile-citations.ts'
import { huge, noAnalysis, selfApproved, smuggled, tooMuch, wrongField } from './hostile-shapes.ts'

type Make = (chance: Chance, sight: Sight) => HostileCase

/** Those that are refused before a preview stand here more often: they are many, and cost little. */
const makers: readonly Make[] = [
  noAnalysis,
  noAnalysis,
  wrongField,
  wrongField,
  smuggled,
  smuggled,
  strangeTarget,
  strangeTarget,
  strangeTarget,
  strangeTarget,
  forgedCitation,
  forgedCitation,
  unknownAction,
  unknownAction,
  oddParameters,
  oddParameters,
  forbiddenAction,
  selfApproved,
  shadowed,
]

/** One answer more than a megabyte long in so many. */
const hugeEvery = 2_000
/** A good answer in so many: it shows that the harness sees an effect, and it ends the world. */
const honestEvery = 4_000
const shiftingEvery = 5_000
/** One that costs more than all others together in so many. */
const tooMuchEvery = 1_000

/** The next hostile answer. */
export function nextCase(chance: Chance, sight: Sight): HostileCase {
  if (chance.below(hugeEvery) === 0) return huge(chance, sight)
  if (chance.below(honestEvery) === 0) return good(sight)
  if (chance.below(shiftingEvery) === 0) return shifting(chance, sight)
  if (chance.below(tooMuchEvery) === 0) return tooMuch(chance, sight)
  return chance.pick(makers)(chance, sight)
}

function good(sight: Sight): HostileCase {
  return { kind: 'an honest one', answer: () => honest(sight), names: [], harmless: true }
}
