import type { Settings } from '@mendkit/core'
import type { TakenChange } from './faulty-store.ts'
import type { Ledger } from './ledger.ts'

/** An effect as the world has it, not as the engine tells of it. */
export interface SimulatedEffect {
  readonly executionId: string | undefined
  /** What was changed, as a lock key of the engine names it. */
  readonly target: string
  /** The process that sent it. */
  readonly by: string
  /** In steps: when it was sent, and when it happened. */
  readonly sentAt: number
  readonly arrivedAt: number
  /** True milliseconds since 1970. */
  readonly at: number
}

/** A request for an effect, on its way. */
export interface SentEffect {
  readonly executionId: string
  readonly by: string
  /** How often this execution was sent to this object, this time included. */
  readonly count: number
  /** How fast the clock of the sender runs, as a multiple of the true time. */
  readonly rate: number
}

/** What a check judges by. */
export interface Evidence {
  readonly ledger: Ledger
  readonly effects: readonly SimulatedEffect[]
  /** The settings of every worker. */
  readonly settings: Settings
  /** Whether this process held the lease of an incident when the change that is judged was written. */
  readonly heldLease: (by: string, incidentId: string) => boolean
  /** When the step that wrote the change claimed its incident: it has read nothing before. True ms since 1970. */
  readonly stepBegan: (incidentId: string) => number
  /** Whether this process holds the lease of an incident now. */
  readonly holdsLease: (by: string, incidentId: string) => boolean
  /** True milliseconds since 1970; the store's time, too. */
  readonly now: () => number
  /** In steps. */
  readonly step: () => number
}

/** Why an invariant does not hold, in words; empty when it does. */
export type Complaints = readonly string[]

/** One promise of the engine, watched at every step. */
export interface SimulationCheck {
  /** Such as `at-most-one-effect`. */
  readonly id: string
  /** Before a change is taken down: the ledger still is as it was. */
  onChange?(evidence: Evidence, taken: TakenChange): Complaints
  /** After a change was taken down. */
  onTaken?(evidence: Evidence, taken: TakenChange): Complaints
  /** When a process sends what is to have an effect. */
  onSend?(evidence: Evidence, sent: SentEffect): Complaints
  /** After an effect; it is the last of `evidence.effects`. */
  onEffect?(evidence: Evidence, effect: SimulatedEffect): Complaints
  /** When nothing happens any more. */
  atEnd?(evidence: Evidence): Complaints
}

/** An invariant that does not hold. */
export interface Violation {
  readonly check: string
  readonly because: string
  /** In steps. */
  readonly step: number
}
