import type { Json } from './json.ts'

/**
 * A small fact that all workers share: the kill switch (`pause`), who has taken an incident over (`holder:<incident>`, a
 * `Holder`), when an engine last proved that it can commit (`heartbeat:<id>`). An intent commit expects the rows that it read, so that a switch thrown in between stops the effect.
 */
export interface Setting {
  readonly tenant: string
  readonly id: string
  readonly value: Json
  readonly revision: number
}

/** Serialises correlation within a tenant and cluster by compare-and-swap. */
export interface Partition {
  readonly tenant: string
  /** The cluster. */
  readonly id: string
  /** `merging` while incidents that belong together wait for each other's executions to end. */
  readonly state: 'settled' | 'merging'
  /** Those incidents, in groups that will be one. */
  readonly waiting: readonly (readonly string[])[]
  readonly revision: number
}

/** Tells that a database was restored from a backup; its value is null once an engine has seen to what that means. */
export const restoredSetting = { tenant: 'default', id: 'restored' } as const
