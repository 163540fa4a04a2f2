import type { Fact } from '../../model/evidence.ts'
import { redact } from '../../redact/redact.ts'
import { redactResource } from '../../redact/redact-resource.ts'

/** A fact whose text has passed the redactor. Equal facts stay equal, so that they can be compared later. */
export function redactFact(fact: Fact): Fact {
  return {
    ...fact,
    name: redact(fact.name),
    value: typeof fact.value === 'string' ? redact(fact.value) : fact.value,
    ...(fact.resource && { resource: redactResource(fact.resource) }),
  }
}
