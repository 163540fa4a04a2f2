import type { Citation } from './evidence.ts'
import type { JsonObject } from './json.ts'
import { budgetNames, type ModelSpending } from './model-budget.ts'
import type { Redacted } from './redacted.ts'
import type { Resource } from './resource.ts'

/** Every reason why an analysis can be partial. */
export const partialReasons = [...budgetNames, 'turns', 'room', 'model-failed', 'reply-cut', 'reply-invalid'] as const

/**
 * Why an analyzer stopped before it had looked at all that it wanted: a budget of the incident or the tenant was spent, its own
 * bound on turns was reached, evidence was left out for want of room, or the model failed.
 */
export type PartialReason = (typeof partialReasons)[number]

/** How well the evidence carries a hypothesis. Computed from the cited facts, never taken from a model. */
export type Confidence = 'low' | 'medium' | 'high'

/** An explanation that cites the evidence it rests on. */
export interface Hypothesis {
  /** Short code of the cause, such as `bad-rollout`: an enumeration of the rule's author, not prose. */
  readonly cause: Redacted
  readonly rootCause?: Resource
  readonly citations: readonly Citation[]
  readonly confidence: Confidence
  /** Digest of the blob with the redacted summary. */
  readonly summary: string
  /** Digest of the blob that says how the cause leads to the symptoms. */
  readonly mechanism?: string
  /** Digest of the blob that says what would show that it is wrong. */
  readonly disproof?: string
  /** What a model thought of its own answer, from 0 to 1. Nothing reads it but people. */
  readonly statedConfidence?: number
}

/** An action of the catalogue that an analyzer proposes, with its parameters already valid. */
export interface ProposedAction {
  readonly type: Redacted
  readonly params: JsonObject
  /** Absent: the action's own `target`, else the incident's resource. */
  readonly target?: Resource
  readonly citations: readonly Citation[]
}

/** What the analyzers said about an incident at one moment. */
export interface Diagnosis {
  readonly tenant: string
  readonly id: string
  readonly incidentId: string
  readonly analyzer: string
  readonly at: number
  readonly hypotheses: readonly Hypothesis[]
  readonly actions: readonly ProposedAction[]
  /** True when an analyzer said that a person must look, whatever else it found. */
  readonly handOver: boolean
  /** Digest of the blob that says what could not be found out. */
  readonly unknowns?: string
  readonly partial?: PartialReason
  /** Ids of the evidence whose text tries to give orders. */
  readonly suspicious?: readonly string[]
  /** What asking models for it cost. Absent: none was asked. */
  readonly spending?: ModelSpending
  /** The symptoms that it took into account. */
  readonly symptoms: readonly { readonly alertname: string; readonly resourceKey: string }[]
  /** What sort of incident it was, by what was gathered up front: equal for incidents that look alike. */
  readonly signature?: string
  /** The person whose command asked for it. Absent when the engine made it by itself. */
  readonly askedBy?: string
  readonly revision: number
}
