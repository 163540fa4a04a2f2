import type { PartialReason } from '../model/diagnosis.ts'
import type { Citation } from '../model/evidence.ts'
import type { JsonObject } from '../model/json.ts'
import type { Resource } from '../model/resource.ts'

/** A hypothesis as an analyzer words it. Its words are redacted before they are stored. */
export interface HypothesisDraft {
  readonly cause: string
  readonly summary: string
  /** How the cause leads to the symptoms. */
  readonly mechanism?: string
  /** What would show that it is wrong. */
  readonly disproof?: string
  readonly rootCause?: Resource
  readonly citations: readonly Citation[]
  /** What a model thinks of its own answer, from 0 to 1: recorded, never used. */
  readonly statedConfidence?: number
}

/** An action as an analyzer proposes it. */
export interface ActionDraft {
  readonly type: string
  readonly params: JsonObject
  /** An object that the incident, its symptoms or its evidence name; nothing else may be acted on. */
  readonly target?: Resource
  readonly citations: readonly Citation[]
}

/** What an analyzer found. No hypotheses means that it cannot explain the incident, and the next analyzer is asked. */
export interface Analysis {
  /** At most 100, the likeliest first. */
  readonly hypotheses: readonly HypothesisDraft[]
  /** At most five: a plan has no more. */
  readonly actions: readonly ActionDraft[]
  /** True when a person must look, whatever the actions. @default false */
  readonly handOver?: boolean
  /** What could not be found out, in words. At most 20. */
  readonly unknowns?: readonly string[]
  /** Why more could have been found out. Absent: everything that was wanted was looked at. */
  readonly partial?: PartialReason
  /** Evidence whose text tries to give orders: reported on the incident. */
  readonly suspicious?: readonly Citation[]
}
