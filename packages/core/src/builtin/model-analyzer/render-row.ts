import type { Resource } from '../../model/resource.ts'
import type { FactRow } from './fact-rows.ts'
import { shownName, shownValue, since } from './shown-text.ts'

/** What a row is told by. */
export interface RowWords {
  readonly handleOf: (resource: Resource) => string | undefined
  /** What times are counted from, ms since 1970. */
  readonly from: number
}

/** Facts and objects of one row that are named one by one. */
const mostNamed = 3

/** Indexes of the facts of a row that are told by their names: the others are only counted. */
export function namedIn({ indexes }: FactRow): readonly number[] {
  return indexes.slice(0, mostNamed)
}

/** One row: `f3,f7 status pod.state="crash-looping" t3,t4 +2 more @-4m`. */
export function rowText(row: FactRow, { handleOf, from }: RowWords): string {
  const { fact, indexes, about } = row
  const names = namedIn(row).map((index) => `f${index}`)
  const handles = new Set(about.slice(0, mostNamed).flatMap((each) => (each && handleOf(each)) ?? []))
  const more = indexes.length > mostNamed ? ` +${indexes.length - mostNamed} more` : ''
  const what = `${fact.kind} ${shownName(fact.name)}=${shownValue(fact.value)}`
  const at = fact.observedAt === undefined ? Number.NaN : Date.parse(fact.observedAt)
  const when = Number.isNaN(at) ? '' : `@${since(at, from)}`
  return [names.join(','), what, `${[...handles].join(',')}${more}`.trim(), when].filter(Boolean).join(' ')
}
