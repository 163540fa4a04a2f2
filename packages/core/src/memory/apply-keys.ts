import type { CorrelationKey } from '../ports/alert-store.ts'
import { joinKey, type TenantState } from './memory-state.ts'
import { SortedMap } from './sorted-map.ts'
import { getOrMake, type Undo } from './undo.ts'

/** The incident holds the key for this stretch as well. */
export function putKey(state: TenantState, row: CorrelationKey, undo: Undo): void {
  const place = joinKey(row.cluster, row.key)
  const holders = getOrMake(state.holders, place, () => new SortedMap<CorrelationKey>())
  const before = holders.get(row.incidentId) ?? row
  const after = { ...row, from: Math.min(before.from, row.from), until: Math.max(before.until, row.until) }
  holders.set(row.incidentId, after, undo)
  getOrMake(state.keysOfIncident, row.incidentId, () => new SortedMap<CorrelationKey>()).set(place, after, undo)
}

/** Every key that an incident holds. */
export function keysOf(state: TenantState, incidentId: string): readonly CorrelationKey[] {
  return Array.from(state.keysOfIncident.get(incidentId)?.walk() ?? [], ([, row]) => row)
}

/** The incident holds no keys any more. */
export function dropKeys(state: TenantState, incidentId: string, undo: Undo): void {
  for (const row of keysOf(state, incidentId)) {
    const place = joinKey(row.cluster, row.key)
    state.holders.get(place)?.delete(incidentId, undo)
    state.keysOfIncident.get(incidentId)?.delete(place, undo)
  }
}
