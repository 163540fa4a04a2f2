import type { Symptom } from '../model/alert.ts'
import type { CitableFact, Citation, Evidence, RecordedChange } from '../model/evidence.ts'
import type { IncidentView } from '../model/incident.ts'
import type { JsonObject } from '../model/json.ts'
import type { Resource } from '../model/resource.ts'
import type { CallContext } from './context.ts'
import type { EvidenceRequest } from './evidence-source.ts'

/** All that is known about an incident, and the means to learn more. */
export interface Investigation {
  readonly incident: IncidentView
  readonly symptoms: readonly Symptom[]
  /** Evidence gathered so far; grows with every `read`. */
  readonly evidence: () => readonly Evidence[]
  /** The facts of all evidence, each with the citation to use for it. */
  readonly facts: () => readonly CitableFact[]
  readonly changes: readonly RecordedChange[]
  /** Types of the actions that may be proposed. */
  readonly catalogue: readonly string[]
  /** Reads a tool and keeps the answer as evidence. A failed read becomes evidence too, with a warning and no facts. */
  read(request: EvidenceRequest): Promise<Evidence>
}

/** A hypothesis as an analyzer words it. `summary` is redacted before it is stored. */
export interface HypothesisDraft {
  readonly cause: string
  readonly summary: string
  readonly rootCause?: Resource
  readonly citations: readonly Citation[]
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
  /** At most 100. */
  readonly hypotheses: readonly HypothesisDraft[]
  /** At most five: a plan has no more. */
  readonly actions: readonly ActionDraft[]
  /** True when a person must look, whatever the actions. @default false */
  readonly handOver?: boolean
}

/** Explains an incident from evidence. */
export interface Analyzer {
  readonly spec: 1
  readonly id: string
  /** Answers within `settings.diagnosis.timeoutMs`. What it throws, or a wrong answer, hands the incident over to a person. */
  analyze(investigation: Investigation, ctx: CallContext): Promise<Analysis>
}
