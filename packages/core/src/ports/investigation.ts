import type { Symptom } from '../model/alert.ts'
import type { Diagnosis } from '../model/diagnosis.ts'
import type { CitableFact, Evidence, ReadingSeries, RecordedChange } from '../model/evidence.ts'
import type { IncidentView } from '../model/incident.ts'
import type { JsonObject } from '../model/json.ts'
import type { BudgetName } from '../model/model-budget.ts'
import type { ModelReply, ModelRequest } from '../model/model-call.ts'
import type { Risk } from '../model/plan.ts'
import type { Precedent } from '../model/precedent.ts'
import type { Redacted } from '../model/redacted.ts'
import type { Analysis } from './analysis.ts'
import type { EvidenceRequest } from './evidence-source.ts'
import type { LanguageModel, ModelCallContext } from './language-model.ts'

/** An action of the catalogue, as analyzers are told of it. */
export interface CatalogueEntry {
  readonly type: string
  readonly description: string
  /** The least risk it has. */
  readonly risk: Risk
  /** JSON Schema of its parameters, draft 2020-12. */
  readonly params: JsonObject
  /** What is wrong with parameters, in words; empty when its schema takes them. Absent: nobody checks before the preview. */
  readonly problems?: (params: JsonObject) => Promise<readonly string[]>
}

/** A tool that can be read, as analyzers are told of it. */
export interface ToolEntry {
  readonly name: string
  readonly description: string
  /** JSON Schema of its input, draft 2020-12. */
  readonly input: JsonObject
  /** What is wrong with an input, in words; empty when its schema takes it. Absent: only reading tells. */
  readonly problems?: (input: JsonObject) => Promise<readonly string[]>
}

/**
 * What came of asking a model. `spent`: this budget had no room for the call, so that nothing was sent, or ran out of time while
 * the model was answering or was to be asked again.
 */
export type ModelAnswer =
  | { readonly kind: 'replied'; readonly reply: ModelReply }
  | { readonly kind: 'spent'; readonly budget: BudgetName }

/** A diagnosis of the same incident that was made earlier. */
export type EarlierDiagnosis = Pick<Diagnosis, 'id' | 'at' | 'analyzer' | 'hypotheses' | 'actions'>

/** All that is known about an incident, and the means to learn more. */
export interface Investigation {
  readonly incident: IncidentView
  readonly symptoms: readonly Symptom[]
  /** Evidence gathered so far; grows with every `read`. */
  readonly evidence: () => readonly Evidence[]
  /** The facts of all evidence, each with the citation to use for it. */
  readonly facts: () => readonly CitableFact[]
  /** The text of a piece of evidence as it will be stored; undefined when it has none. */
  readonly textOf: (evidence: Evidence) => Redacted | undefined
  /** How the values of a piece of evidence went, as they will be stored; empty when it has no series. */
  readonly seriesOf: (evidence: Evidence) => readonly ReadingSeries[]
  readonly changes: readonly RecordedChange[]
  /** The actions that may be proposed. */
  readonly catalogue: readonly CatalogueEntry[]
  /** The tools that `read` knows. */
  readonly tools: readonly ToolEntry[]
  /** What the analyzers before this one answered in this diagnosis, in order. */
  readonly earlier: readonly { readonly analyzer: string; readonly analysis: Analysis }[]
  /** Text that nobody can guess and that is new with every call: marks where untrusted text begins and ends. */
  readonly nonce: () => string
  /** What was done about earlier incidents of this sort, and verified to have helped; most often first. Of this tenant only. */
  precedents(): Promise<readonly Precedent[]>
  /** Reads a tool and keeps the answer as evidence. A failed read becomes evidence too, with a warning and no facts. */
  read(request: EvidenceRequest): Promise<Evidence>
  /**
   * Asks a model within the budgets of `settings.models`: what the call may cost is reserved before it and settled after it, and
   * both turns are recorded with the incident. What the model throws comes through. A call made past this is not counted.
   */
  ask(model: LanguageModel, request: ModelRequest, ctx: ModelCallContext): Promise<ModelAnswer>
}
