import type { ExecutionState } from './execution.ts'
import type { Phase } from './phase.ts'
import type { Resource } from './resource.ts'

/** An effect of ours that had, or may have had, its intent within the time that policies look back. */
export interface PastExecution {
  readonly id: string
  readonly incidentId: string
  readonly type: string
  readonly target: Resource
  /** Digests of the states: equal for equal states. */
  readonly before: string
  readonly after: string
  readonly state: ExecutionState
  /** When its intent became durable, ms since 1970. */
  readonly at: number
  /** The execution that it is the way back of. */
  readonly undoes?: string
}

/** An incident that opened within the time that policies look back; one that was merged into another is left out. */
export interface PastIncident {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly openedAt: number
  readonly phase: Phase
  readonly resource?: Resource
}

/** The recent past of one tenant, newest first: `settings.decision.lookBackMs`, and at most 1,000 items. */
export interface PolicyHistory<Item> {
  readonly items: readonly Item[]
  /** False when there was more than the bound holds: whoever counts must then ask, and not allow. */
  readonly complete: boolean
}
