import type { Symptom } from '../../model/alert.ts'
import type { Fact, FactKind } from '../../model/evidence.ts'
import type { PrecedentFact } from '../../model/precedent.ts'
import type { Resource } from '../../model/resource.ts'
import { digestOf } from '../digest.ts'

/** Kinds that differ from case to case, or, as alerts do, stand in a signature already. */
const without: readonly FactKind[] = ['log', 'metric', 'alert']

/** A reason or a state, such as `CrashLoopBackOff`: no name of an object is one word of letters beginning with a capital. */
const category = /^[A-Z][A-Za-z]{1,63}$/

/**
 * What an incident looks like, without what it is called: alert names, the kind of its resource, and the facts that were gathered up
 * front, of which numbers and names of objects are left out. Two incidents of the same signature are of one sort.
 */
export function signatureOf(
  resource: Resource | undefined,
  symptoms: readonly Pick<Symptom, 'alertname'>[],
  facts: readonly Fact[],
): string {
  const seen = facts.filter(({ kind }) => !without.includes(kind)).map(precedentFact)
  const features = [...new Set(seen.map(({ name, kind, value }) => JSON.stringify([name, kind, value ?? null])))]
  return digestOf({
    alerts: [...new Set(symptoms.map(({ alertname }) => alertname))].sort(),
    kind: resource?.kind ?? '',
    features: features.sort(),
  })
}

/** A fact without its object and without what differs from case to case. */
export function precedentFact({ name, kind, value }: Fact): PrecedentFact {
  const isKept = typeof value === 'boolean' || (typeof value === 'string' && category.test(value))
  return { name, kind, ...(isKept && { value }) }
}
