import type { LogKeys, Store } from '@mendkit/core'

/** A store under test. */
export interface StoreSubject {
  /** Open and empty. */
  readonly store: Store
  /** Opens another store on the same data, as a second process would. Without keys it signs nothing. */
  readonly another: (keys?: LogKeys) => Promise<Store>
  /** Lets at least `ms` milliseconds of the store's time go by. */
  readonly passTime: (ms: number) => Promise<void>
}
