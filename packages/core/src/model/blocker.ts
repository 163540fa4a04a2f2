import type { Redacted } from './redacted.ts'

/** What keeps an effect that may be made from beginning. */
export type Blocker =
  /** Another plan holds a lock key that the effect needs; its incident, and the execution that needs the key, where known. */
  | {
      readonly kind: 'lock'
      readonly lockKey: Redacted
      readonly plan: string
      readonly incident?: string
      readonly execution?: string
    }
  /** What is in flight in the tenant, `used`, leaves no room below `max` for the `wanted` of this effect. */
  | {
      readonly kind: 'cap'
      readonly cap: 'maxInFlight' | 'maxReplicasInFlight'
      readonly used: number
      readonly wanted: number
      readonly max: number
    }
  /** What the intent rests on was changed by somebody else right before it. */
  | { readonly kind: 'raced' }
