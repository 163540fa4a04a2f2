import type { Citation } from '../../model/evidence.ts'
import { suspectsInstruction } from '../../redact/suspects-instruction.ts'
import type { Item } from './items.ts'

/** Where evidence speaks to a model rather than of the system. */
export function suspiciousIn(items: readonly Item[]): readonly Citation[] {
  return items.flatMap(({ evidence, text }) => {
    const facts = evidence.facts.flatMap(({ name, value }, fact): readonly Citation[] => {
      return [name, value].some((each) => typeof each === 'string' && suspectsInstruction(each) !== undefined)
        ? [{ evidenceId: evidence.id, fact }]
        : []
    })
    return text !== undefined && suspectsInstruction(text) !== undefined
      ? [{ evidenceId: evidence.id }, ...facts]
      : facts
  })
}
