import type { ModelSpending } from './model-budget.ts'
import type { ModelReply, ModelRequest } from './model-call.ts'
import type { Redacted } from './redacted.ts'

/** Every state of a turn. */
export const modelTurnStates = ['asked', 'answered', 'refused', 'failed'] as const

/**
 * What came of a call. `asked`: nobody knows yet, or will ever know, as the process died; its reservation stands. `refused`: it
 * failed and was certainly not billed. `failed`: it failed and may have been billed, so that its reservation stands.
 */
export type ModelTurnState = (typeof modelTurnStates)[number]

/** A state that a call ends in. */
export type EndedModelTurnState = Exclude<ModelTurnState, 'asked'>

/** Which model, by names that may stand in the audit log. */
export interface RecordedModelName {
  readonly provider: Redacted
  readonly model: Redacted
}

/** One call of a model about an incident: what it may cost and what it did. Its row is what budgets of an incident are counted by. */
export interface ModelTurn {
  readonly tenant: string
  /** Of the incident's id and `number`: turns of an incident stand in their order. */
  readonly id: string
  readonly incidentId: string
  /** The diagnosis that it was made for; one that failed has no row. */
  readonly diagnosisId: string
  /** Id of the analyzer that asked. */
  readonly analyzer: string
  /** From 1 within the incident. */
  readonly number: number
  readonly state: ModelTurnState
  /** When it was asked, ms since 1970. */
  readonly at: number
  readonly asked: RecordedModelName
  /** Set when it was answered. */
  readonly answeredBy?: RecordedModelName
  readonly finish?: ModelReply['finish']
  /** What was set aside for all its attempts. `ms` is the deadline that it was given. */
  readonly reserved: { readonly tokens: number; readonly ms: number; readonly microUsd: number }
  /** What counts against the budgets: what was reserved until it is known better. */
  readonly spending: ModelSpending
  /** Digest of the blob with instructions, tools and form of the reply; turns that share them name the same. */
  readonly prefix: string
  /** Digest of the blob with the rest of the request. */
  readonly request: string
  /** Digest of the blob with the reply. */
  readonly reply?: string
  /** Digest of the blob that says why it failed. */
  readonly failure?: string
  readonly revision: number
}

/**
 * A turn with what was said, so that an incident can be replayed without the model. All texts have passed the redactor once more
 * on their way into the store; what only an adapter understands (`continuation`) is not kept.
 */
export interface RecordedTurn
  extends Omit<ModelTurn, 'tenant' | 'revision' | 'prefix' | 'request' | 'reply' | 'failure'> {
  /** Absent when it was erased or altered, or was so long that it was cut. */
  readonly request?: ModelRequest
  /** Absent when there was none, or as for `request`. */
  readonly reply?: ModelReply
  /** Why it failed. */
  readonly failure?: Redacted
}
