import type { Citation, Fact } from '../../model/evidence.ts'
import { suspectsInstruction } from '../../redact/suspects-instruction.ts'
import type { Item } from './items.ts'

/** Where evidence speaks to a model rather than of the system. */
export function suspiciousIn(items: readonly Item[]): readonly Citation[] {
  return items.flatMap(({ evidence, text, series }) => {
    const facts = evidence.facts.flatMap(({ name, value }, fact): readonly Citation[] => {
      return [name, value].some(isSuspicious) ? [{ evidenceId: evidence.id, fact }] : []
    })
    const measured = series.flatMap(({ name, labels }) => [name, ...Object.entries(labels).flat()])
    return [text, ...measured].some(isSuspicious) ? [{ evidenceId: evidence.id }, ...facts] : facts
  })
}

function isSuspicious(value: Fact['value'] | undefined): boolean {
  return typeof value === 'string' && suspectsInstruction(value) !== undefined
}
