import type { Scenario } from '../scenario/schema.ts'

/** What a folder of somebody else's format came to. */
export interface Loaded {
  readonly scenarios: readonly Scenario[]
  /** What could not become a scenario, and why. */
  readonly left: readonly { readonly id: string; readonly because: string }[]
}
