import type { Fact } from '../../model/evidence.ts'
import { redact } from '../../redact/redact.ts'

/** A fact whose text has passed the redactor. Equal facts stay equal, so that they can be compared later. */
export function redactFact(fact: Fact): Fact {
  return typeof fact.value === 'string' ? { ...fact, value: redact(fact.value) } : fact
}
