import { type Citation, type FactKind, isObservation } from '../../model/evidence.ts'
import type { Resource } from '../../model/resource.ts'
import type { Board } from './board.ts'
import { type CitedItem, factsOf, relationOf } from './relations.ts'
import { shownValue } from './shown-text.ts'

/** Citations that hold, and what is wrong with the others. */
export interface CheckedCitations {
  readonly citations: readonly Citation[]
  /** Kinds of what machines observed among them: logs are what the workload says of itself, and add nothing. */
  readonly kinds: ReadonlySet<string>
  readonly violations: readonly string[]
}

/** Checks that citations were shown and speak of what a claim is about; when it names no object, that they were shown. */
export function checkCitations(
  path: string,
  names: readonly string[],
  subjects: readonly Resource[],
  board: Board,
): CheckedCitations {
  const violations: string[] = []
  const cited: CitedItem[] = []
  let related = 0
  for (const [index, name] of names.entries()) {
    const at = `${path}.citations[${index}]`
    const found = board.items.cited(name)
    const problem = found === undefined ? `there is no ${shownValue(name, 40)}` : faultOf(found, board)
    const relation = found && subjects.length > 0 ? relationOf(subjects, found, board.items.all()) : 'related'
    if (found === undefined || problem !== undefined)
      violations.push(`${at}: ${problem}; cite a fact that is shown, such as e1.f0`)
    else if (relation === 'unrelated')
      violations.push(`${at}: ${name} says nothing about the object or one read together with it`)
    else cited.push(found)
    if (relation === 'related') related += 1
  }
  if (names.length === 0) violations.push(`${path}.citations: cite at least one fact`)
  else if (subjects.length > 0 && related === 0 && violations.length === 0)
    violations.push(`${path}.citations: none of them speaks of the object`)
  return {
    citations: [...new Map(cited.map(({ citation }) => [JSON.stringify(citation), citation])).values()],
    kinds: new Set(cited.flatMap(observationsOf)),
    violations,
  }
}

/** The kinds of machine observation that a citation names. */
function observationsOf(cited: CitedItem): readonly FactKind[] {
  const { tool } = cited.item.evidence
  return factsOf(cited).flatMap(({ kind }) => (isObservation({ kind, tool }) ? [kind] : []))
}

/** A reading as a whole would count for everything that it holds, also for what was not meant. */
function faultOf({ item, citation }: CitedItem, board: Board): string | undefined {
  const { fact } = citation
  if (fact === undefined && item.evidence.facts.some(({ kind }) => kind !== 'log'))
    return `${item.id} as a whole proves nothing`
  if (board.wasShown(item.id, fact)) return undefined
  return `${fact === undefined ? item.id : `${item.id}.f${fact}`} was not shown`
}
