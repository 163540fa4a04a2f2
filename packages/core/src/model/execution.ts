import type { Json, JsonObject } from './json.ts'
import type { BlastRadius, Risk } from './plan.ts'
import type { Redacted } from './redacted.ts'
import type { LabelledResource } from './resource.ts'

/** Every state of an execution, the unfinished ones first. */
export const executionStates = [
  ...(['intent', 'unknown', 'observed', 'verifying'] as const),
  ...(['succeeded', 'failed', 'no-effect', 'gone', 'undone', 'escalated'] as const),
] as const

/**
 * `intent` means "may have been sent". `unknown` means that a reply was lost. `succeeded`, `failed`, `undone`,
 * `escalated`, `no-effect` and `gone` are final; `gone` says of the effect only that nobody can tell any more.
 */
export type ExecutionState = (typeof executionStates)[number]

/** What a check measured before the effect, so that "worse" compares the same measure later. */
export interface MeasureReading {
  readonly check: string
  /** `resourceKey` of what was measured. */
  readonly target: string
  readonly name: string
  readonly value: number
  readonly better: 'higher' | 'lower'
}

/** One effect on one target, from its durable intent to its verdict. */
export interface Execution {
  readonly tenant: string
  readonly id: string
  readonly incidentId: string
  readonly planId: string
  /** See `Plan.cause`. */
  readonly cause: Redacted
  /** Position in the plan. */
  readonly index: number
  readonly state: ExecutionState
  readonly type: string
  readonly params: JsonObject
  readonly target: LabelledResource
  readonly risk: Risk
  readonly before: Json
  readonly after: Json
  /** The precondition that the call in flight carries. */
  readonly guard: Json
  readonly fieldsDigest: string
  readonly blastRadius: BlastRadius
  readonly lockKeys: readonly string[]
  /** Rising number of the first lock key, taken in the intent commit. */
  readonly fence: number
  /** How often it was sent, each time under a guard of its own. */
  readonly sends: number
  readonly mintedAt: number
  readonly intentAt: number
  /** When the effect, or that its target is gone, was seen; ms since 1970. */
  readonly observedAt?: number
  /** The reply was lost and the target was found gone: whether through this execution cannot be told. */
  readonly gone?: true
  /**
   * The last send certainly changed nothing, and the next one is due then, ms since 1970. Absent while a send may be under
   * way, and once the outcome is known.
   */
  readonly resendAt?: number
  /** The call must have ended by then; ms since 1970. */
  readonly deadline: number
  /** Readings of the world since the outcome became unknown. */
  readonly reads: number
  /** Measures taken before the effect. */
  readonly measuresBefore: readonly MeasureReading[]
  /** The execution that this one undoes. */
  readonly undoes?: string
  /** Digest of the blob with the redacted reason of a failure. */
  readonly failure?: string
  readonly revision: number
}

/** States in which an execution holds its lock keys and counts against the caps. */
export const unfinishedExecutionStates: readonly ExecutionState[] = ['intent', 'unknown', 'observed', 'verifying']
