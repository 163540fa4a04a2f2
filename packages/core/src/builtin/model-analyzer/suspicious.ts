import type { Citation, Fact } from '../../model/evidence.ts'
import { suspectsInstruction } from '../../redact/suspects-instruction.ts'
import type { Item } from './items.ts'

/** Facts of one piece of evidence that are reported one by one: who writes thousands of them is no more suspicious. */
const mostFacts = 20

/** Where evidence speaks to a model rather than of the system. */
export function suspiciousIn(items: readonly Item[]): readonly Citation[] {
  return items.flatMap(({ evidence, text, series }) => {
    const facts = evidence.facts.flatMap(({ name, value }, fact): readonly Citation[] => {
      return [name, value].some(isSuspicious) ? [{ evidenceId: evidence.id, fact }] : []
    })
    const measured = series.flatMap(({ name, labels }) => [name, ...Object.entries(labels).flat()])
    const told = facts.slice(0, mostFacts)
    return [text, ...measured].some(isSuspicious) ? [{ evidenceId: evidence.id }, ...told] : told
  })
}

function isSuspicious(value: Fact['value'] | undefined): boolean {
  return typeof value === 'string' && suspectsInstruction(value) !== undefined
}
