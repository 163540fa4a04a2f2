import type { Alert } from '../model/alert.ts'
import type { RecordedChange } from '../model/evidence.ts'

/** A key of an alert: alerts that share one and start close enough together belong together. */
export interface AlertKey {
  readonly key: string
  /** How far apart in milliseconds two starts may lie; `Infinity` when time does not matter. */
  readonly withinMs: number
  /** Why sharing it means belonging together, such as `same resource Deployment shop/checkout`. Identifiers only. */
  readonly because: string
}

/**
 * Decides which alerts belong together. Pure and synchronous: all look-ups happened before, and the same alert always
 * gets the same keys, so that the order in which a storm arrives cannot matter.
 */
export interface Correlator {
  readonly spec: 1
  readonly id: string
  /** `changes` are the recorded changes of the tenant that are recent enough to be a cause. */
  keys(alert: Alert, changes: readonly RecordedChange[]): readonly AlertKey[]
}
