import type { Symptom } from '../model/alert.ts'
import type { Reading } from '../model/evidence.ts'
import type { IncidentView } from '../model/incident.ts'
import type { JsonObject } from '../model/json.ts'
import type { CallContext } from './context.ts'
import type { Schema } from './schema.ts'

/** A read-only tool. Reading must change nothing, and the same input must ask the same question. */
export interface EvidenceTool {
  /** Unique across all sources, such as `kubernetes.workload`; those that begin with `mendkit.` are of Mendkit itself. */
  readonly name: string
  readonly description: string
  readonly input: Schema
  /** Throws `not-found` when the object is gone, `rejected` without permission, `unavailable` when it may work later. */
  read(input: JsonObject, ctx: CallContext): Promise<Reading>
  /**
   * Whether analyzers are told of the tool now; asked without waiting at the beginning of every diagnosis, after `gather`. Absent:
   * always. For tools whose presence, description and input are known only once another system was reached: both may change from
   * one diagnosis to the next. One that throws is logged and is not offered.
   */
  isOffered?(): boolean
}

/** One call of a tool. */
export interface EvidenceRequest {
  readonly tool: string
  readonly input: JsonObject
}

/** Offers tools, and says what to gather up front for an incident. */
export interface EvidenceSource {
  readonly spec: 1
  readonly id: string
  readonly tools: readonly EvidenceTool[]
  /** The readings that every diagnosis of this incident needs. May read to find out; changes nothing. */
  gather(incident: IncidentView, symptoms: readonly Symptom[], ctx: CallContext): Promise<readonly EvidenceRequest[]>
}
