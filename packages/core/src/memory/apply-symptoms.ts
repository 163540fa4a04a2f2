import type { Symptom } from '../model/alert.ts'
import { joinKey, type TenantState } from './memory-state.ts'
import { SortedMap } from './sorted-map.ts'
import type { SymptomName } from './symptom-of.ts'
import { getOrMake, type Undo } from './undo.ts'

/** What to add to a symptom's counters. */
export type SymptomDelta = Partial<Pick<Symptom, 'firing' | 'suppressed' | 'total'>>

/** Adds to the counters of a symptom; one that counts nothing any more is gone. */
export function countSymptom(
  state: TenantState,
  incidentId: string,
  tenant: string,
  { key, ...name }: SymptomName,
  { firing = 0, suppressed = 0, total = 0 }: SymptomDelta,
  undo: Undo,
): void {
  const symptoms = getOrMake(state.symptoms, incidentId, () => new SortedMap<Symptom>())
  const before = symptoms.get(key) ?? { tenant, incidentId, ...name, firing: 0, suppressed: 0, total: 0 }
  const after = {
    ...before,
    firing: before.firing + firing,
    suppressed: before.suppressed + suppressed,
    total: before.total + total,
  }
  if (after.firing === 0 && after.suppressed === 0 && after.total === 0) symptoms.delete(key, undo)
  else symptoms.set(key, after, undo)
  if (before.firing > 0 || after.firing > 0) indexFiring(state, key, after, undo)
}

function indexFiring(state: TenantState, key: string, symptom: Symptom, undo: Undo): void {
  const onResource = getOrMake(state.firing, symptom.resourceKey, () => new SortedMap<Symptom>())
  const place = joinKey(symptom.incidentId, key)
  if (symptom.firing > 0) onResource.set(place, symptom, undo)
  else onResource.delete(place, undo)
}
