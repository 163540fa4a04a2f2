import type { Fact } from '../../model/evidence.ts'
import { type Resource, resourceKey } from '../../model/resource.ts'
import type { Item } from './items.ts'

/** Facts of one piece of evidence that say the same of one object or of several. */
export interface FactRow {
  readonly item: Item
  readonly fact: Fact
  /** Indexes of the facts, in order. */
  readonly indexes: readonly number[]
  /** What they are about, in the same order; undefined where a fact names nothing. */
  readonly about: readonly (Resource | undefined)[]
}

/** The facts of a piece of evidence, those that say the same together: twenty crashing pods are one row. */
export function factRows(item: Item): readonly FactRow[] {
  const rows = new Map<string, { fact: Fact; indexes: number[]; about: (Resource | undefined)[] }>()
  for (const [index, fact] of item.evidence.facts.entries()) {
    const key = JSON.stringify([fact.kind, fact.name, fact.value])
    const row = rows.get(key) ?? { fact, indexes: [], about: [] }
    row.indexes.push(index)
    row.about.push(fact.resource ?? item.evidence.resource)
    rows.set(key, row)
  }
  return [...rows.values()].map((row) => ({ item, ...row }))
}

/** Keys of the objects that a row is about. */
export function keysOf({ about }: FactRow): ReadonlySet<string> {
  return new Set(about.flatMap((each) => (each === undefined ? [] : [resourceKey(each)])))
}
