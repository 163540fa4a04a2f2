import { type DocumentTable, documentIndex } from '../model/documents.ts'
import type { DocumentQuery } from '../ports/document-store.ts'
import type { AnyDocument, MemoryState, Shelf } from './memory-state.ts'
import type { SortedMap } from './sorted-map.ts'

/** Documents that match, in order of id. */
export function listDocuments(state: MemoryState, table: DocumentTable, query: DocumentQuery): readonly AnyDocument[] {
  const tenants = query.tenant === undefined ? [...state.tenants.keys()] : [query.tenant]
  const found = tenants.flatMap((tenant) => {
    const shelf = state.tenants.get(tenant)?.shelves.get(table)
    return shelf === undefined ? [] : indexFor(shelf, query).flatMap((rows) => firstMatches(table, rows, query))
  })
  return found.sort(query.descending ? (left, right) => byId(right, left) : byId).slice(0, query.limit)
}

/** The narrowest rows that hold every match. */
function indexFor(shelf: Shelf, query: DocumentQuery): readonly SortedMap<AnyDocument>[] {
  if (query.incidentId !== undefined) return present([shelf.byIncident.get(query.incidentId)])
  if (query.states !== undefined) return present(query.states.map((state) => shelf.byState.get(state)))
  return [shelf.rows]
}

function firstMatches(table: DocumentTable, rows: SortedMap<AnyDocument>, query: DocumentQuery): AnyDocument[] {
  const found: AnyDocument[] = []
  for (const [, row] of query.descending ? rows.walkDown(query.after) : rows.walk(query.after)) {
    if (query.states !== undefined && !query.states.includes(documentIndex(table, row).state ?? '')) continue
    found.push(row)
    if (found.length === query.limit) break
  }
  return found
}

function present<Value>(values: readonly (Value | undefined)[]): readonly Value[] {
  return values.filter((value) => value !== undefined)
}

function byId(left: AnyDocument, right: AnyDocument): number {
  if (left.id === right.id) return left.tenant < right.tenant ? -1 : 1
  return left.id < right.id ? -1 : 1
}
