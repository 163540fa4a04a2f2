import { type HistoryRow, historyIndex } from '../model/history.ts'
import { joinKey, type TenantState } from './memory-state.ts'
import { SortedMap } from './sorted-map.ts'
import { getOrMake, type Undo } from './undo.ts'

/** The facts by which rows of history are found, as names of indexes. */
export type HistoryFact = keyof ReturnType<typeof historyIndex> | 'kind'

/** Stores rows of history in the place of those that have their ids. */
export function putHistory(state: TenantState, rows: readonly HistoryRow[], undo: Undo): void {
  for (const row of rows) {
    dropHistory(state, [row.id], undo)
    state.history.set(row.id, row, undo)
    for (const place of placesOf(row)) {
      getOrMake(state.historyBy, place, () => new SortedMap<HistoryRow>()).set(row.id, row, undo)
    }
  }
}

/** Deletes rows of history; an id that is not there is passed over. */
export function dropHistory(state: TenantState, ids: readonly string[], undo: Undo): void {
  for (const id of ids) {
    const row = state.history.get(id)
    if (row === undefined) continue
    state.history.delete(id, undo)
    for (const place of placesOf(row)) state.historyBy.get(place)?.delete(id, undo)
  }
}

/** Where the rows are found that share a fact. */
export function historyPlaceOf(fact: HistoryFact, value: string): string {
  return joinKey(fact, value)
}

function placesOf(row: HistoryRow): readonly string[] {
  const facts: Readonly<Partial<Record<HistoryFact, string>>> = { ...historyIndex(row), kind: row.kind }
  return Object.entries(facts).map(([fact, value]) => joinKey(fact, value))
}
