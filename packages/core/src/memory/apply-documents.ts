import { type DocumentTable, documentIndex } from '../model/documents.ts'
import type { AnyDocument, Shelf, TenantState } from './memory-state.ts'
import { SortedMap } from './sorted-map.ts'
import { getOrMake, type Undo } from './undo.ts'

/** The documents of a table; empty when nothing was stored yet. */
export function shelfOf(state: TenantState, table: DocumentTable): Shelf {
  return getOrMake(state.shelves, table, () => ({
    rows: new SortedMap<AnyDocument>(),
    byIncident: new Map(),
    byState: new Map(),
  }))
}

/** The conflict when a document has another revision than expected, if it has. */
export function revisionConflict(
  state: TenantState,
  table: DocumentTable,
  id: string,
  expected: number,
): string | undefined {
  const revision = shelfOf(state, table).rows.get(id)?.revision ?? 0
  return revision === expected ? undefined : `${table} ${id} has revision ${revision}, expected ${expected}`
}

/** Stores a document as the next revision. Its revision was compared before. */
export function putDocument(state: TenantState, table: DocumentTable, row: AnyDocument, undo: Undo): void {
  const shelf = shelfOf(state, table)
  const before = shelf.rows.get(row.id)
  const after = { ...row, revision: row.revision + 1 }
  shelf.rows.set(row.id, after, undo)
  const from = before === undefined ? {} : documentIndex(table, before)
  const to = documentIndex(table, after)
  reindex(shelf.byIncident, from.incidentId, to.incidentId, after, undo)
  reindex(shelf.byState, from.state, to.state, after, undo)
}

function reindex(
  index: Map<string, SortedMap<AnyDocument>>,
  from: string | undefined,
  to: string | undefined,
  row: AnyDocument,
  undo: Undo,
): void {
  if (from !== undefined && from !== to) index.get(from)?.delete(row.id, undo)
  if (to !== undefined) getOrMake(index, to, () => new SortedMap<AnyDocument>()).set(row.id, row, undo)
}
