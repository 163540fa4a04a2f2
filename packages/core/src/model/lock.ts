/**
 * One row per lock key. Its revision is the fence: it rises with every change of holder, and an effect carries the
 * number that it took.
 */
export interface Lock {
  readonly tenant: string
  /** The lock key, such as a `resourceKey`. */
  readonly id: string
  /** Plan whose executions hold it, one after the other; absent when free. */
  readonly holder?: string
  /** When an execution of ours last changed this object, ms since 1970: start of the cooldown. */
  readonly lastEffectAt?: number
  readonly revision: number
}
