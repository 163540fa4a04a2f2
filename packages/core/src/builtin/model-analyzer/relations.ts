import type { Citation, Evidence, Fact } from '../../model/evidence.ts'
import { type Resource, resourceKey } from '../../model/resource.ts'
import type { Item } from './items.ts'

/** Whether something that is cited speaks of objects. */
export type Relation =
  /** About one of the objects, or about one that a reading names together with it. */
  | 'related'
  /** About no object at all, such as a metric of everything. */
  | 'general'
  | 'unrelated'

/**
 * How a cited fact stands to objects. Objects belong together when one reading names both, as its own object or in its facts:
 * a reading of a workload names its pods, one of owners names the chain up to the topmost. That two objects have alerts in one
 * incident says nothing of the sort.
 */
export function relationOf(
  subjects: readonly Resource[],
  { item, citation }: CitedItem,
  items: readonly Item[],
): Relation {
  const about = objectsOf(item.evidence, citation)
  if (about.size === 0) return 'general'
  const keys = new Set(subjects.map(resourceKey))
  const near = new Set(keys)
  for (const { evidence } of items) {
    const named = namesOf({
      ...evidence,
      facts: evidence.facts.filter(({ kind }) => kind !== 'alert' && kind !== 'log'),
    })
    if ([...named].some((each) => keys.has(each))) for (const each of named) near.add(each)
  }
  return [...about].some((each) => near.has(each)) ? 'related' : 'unrelated'
}

/** A citation with the piece of evidence that it points into. */
export interface CitedItem {
  readonly item: Item
  readonly citation: Citation
}

/** The facts that a citation stands for. */
export function factsOf({ item, citation }: CitedItem): readonly Fact[] {
  const { facts } = item.evidence
  return citation.fact === undefined ? facts : facts.slice(citation.fact, citation.fact + 1)
}

function objectsOf(evidence: Evidence, citation: Citation): ReadonlySet<string> {
  if (citation.fact === undefined) return namesOf(evidence)
  const resource = evidence.facts[citation.fact]?.resource ?? evidence.resource
  return new Set(resource === undefined ? [] : [resourceKey(resource)])
}

function namesOf({ resource, facts }: Pick<Evidence, 'resource' | 'facts'>): ReadonlySet<string> {
  const all = [resource, ...facts.map((fact) => fact.resource)]
  return new Set(all.flatMap((each) => (each === undefined ? [] : [resourceKey(each)])))
}
