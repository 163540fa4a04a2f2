import type { Alert, Symptom, SymptomName } from '@mendkit/core'
import type { Dialect } from './dialect/dialect.ts'
import type { Statements } from './statements.ts'
import type { Database } from './tables.ts'

/** What a change adds to the counters of one symptom. */
export interface SymptomDelta {
  readonly incidentId: string
  name: SymptomName
  firing: number
  suppressed: number
  total: number
}

/** One change while it is being applied. */
export interface Writing {
  readonly db: Database
  readonly dialect: Dialect
  readonly statements: Statements
  readonly tenant: string
  /** The store's time, once this transaction has its locks; the same for the whole of it. */
  readonly now: () => Promise<number>
  /** Symptoms of stored alerts that this change looked at, by alert id. */
  readonly symptomOfAlert: Map<string, SymptomName>
  /** Counters to add to when the change is complete, by incident and symptom. */
  readonly deltas: Map<string, SymptomDelta>
}

/** A symptom of which only the key is known. It is stored already, or its change nets out. */
export function namedBy(key: string): SymptomName {
  return { key, alertname: '', resourceKey: '' }
}

/** Notes what to add to the counters of a symptom. */
export function countSymptom(
  writing: Writing,
  incidentId: string,
  name: SymptomName,
  add: Partial<Pick<Symptom, 'firing' | 'suppressed' | 'total'>>,
): void {
  const key = `${incidentId}\0${name.key}`
  const delta = writing.deltas.get(key) ?? { incidentId, name, firing: 0, suppressed: 0, total: 0 }
  writing.deltas.set(key, delta)
  if (name.alertname !== '') delta.name = name
  delta.firing += add.firing ?? 0
  delta.suppressed += add.suppressed ?? 0
  delta.total += add.total ?? 0
}

/** Notes that an alert of this status counts, or no longer counts, for an incident. */
export function countAlert(
  writing: Writing,
  incidentId: string | null | undefined,
  name: SymptomName,
  status: string,
  by: 1 | -1,
): void {
  if (incidentId === null || incidentId === undefined) return
  if (status === ('firing' satisfies Alert['status'])) countSymptom(writing, incidentId, name, { firing: by })
  if (status === ('suppressed' satisfies Alert['status'])) countSymptom(writing, incidentId, name, { suppressed: by })
}
