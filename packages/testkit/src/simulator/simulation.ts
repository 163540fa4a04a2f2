import type { Change, Mendkit, MendkitOptions } from '@mendkit/core'
import type { Chance } from './chance.ts'
import type { SimulatedEffect, SimulationCheck } from './check.ts'
import type { FaultKind } from './fault.ts'
import type { Ledger } from './ledger.ts'
import type { Ports } from './ports.ts'

/** Who has sent a request, and when. */
export type Sender = Pick<SimulatedEffect, 'by' | 'sentAt'>

/** A simulation as whoever sets its stage sees it. */
export interface Simulation {
  /** Of this run. */
  readonly seed: number
  /** Chance for the stage; nothing else draws from it. */
  readonly chance: Chance
  /** What the store has taken so far. */
  readonly ledger: Ledger
  /** A Mendkit of a process that neither works nor dies, for people and webhooks. Its calls wait in the scheduler. */
  readonly desk: Mendkit
  /** True milliseconds since 1970. */
  readonly now: () => number
  /** In steps. */
  readonly step: () => number
  /** Lets something happen after `ms` milliseconds. The simulation rejects when it fails: refusals are for the stage to handle. */
  readonly later: (ms: number, what: string, happen: () => void | Promise<void>) => void
  /** Takes down that a promise of the stage's own does not hold. */
  readonly complain: (check: string, because: string) => void
  /** Takes down that a process sends what is to have an effect, on one object where there are more. */
  readonly sent: (by: string, executionId: string, target?: string) => void
  /** Carries out what may have an effect: an effect that it has without saying so itself is this sender's. */
  readonly sending: <Result>(sender: Sender, run: () => Promise<Result>) => Promise<Result>
  /** Takes down an effect on the world, at the step in which it happens. */
  readonly effect: (effect: Pick<SimulatedEffect, 'executionId' | 'target'> & Partial<Sender>) => void
}

/** What a worker's host is given. */
export interface WorkerParts {
  readonly name: string
  readonly ports: Ports
}

/** The world that a simulation plays in. */
export interface Stage {
  /** Workers at once. @default 2 */
  readonly workers?: number
  /** The options of one worker. Store and system are the simulation's. */
  host(worker: WorkerParts): Omit<MendkitOptions, 'store' | 'system'>
  /** What the store holds before the first worker starts. @default nothing */
  readonly begins?: readonly Change[]
  /** Faults that the stage's own ports know of, and what others do to the world. */
  readonly faults?: readonly FaultKind[]
  /** Carries out a fault that no port knows of. */
  strike?(kind: string, ms: number): void
  /** Called after every step. */
  watch?(): void
  /** Judged beside the simulation's own checks. */
  readonly checks?: readonly SimulationCheck[]
  /** False while something is still to come that no fault brings. @default true */
  isOver?(): boolean
}
