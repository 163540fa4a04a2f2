import type { ModelSpending } from '../model/model-budget.ts'
import { type ModelTurn, modelTurnStates, type RecordedModelName } from '../model/model-turn.ts'
import { identity, redacted } from './common.ts'
import { number, object, oneOf, optional, text, whole } from './field.ts'

/** What calls of models cost. */
export const spending = object<ModelSpending>({
  calls: whole,
  tokens: whole,
  inputTokens: whole,
  cachedInputTokens: whole,
  outputTokens: whole,
  ms: whole,
  microUsd: whole,
})

const name = object<RecordedModelName>({ provider: redacted, model: redacted })

/** A stored call of a model. */
export const modelTurn = object<ModelTurn>({
  ...identity,
  incidentId: text,
  diagnosisId: text,
  analyzer: text,
  number: whole,
  state: oneOf(...modelTurnStates),
  at: number,
  asked: name,
  answeredBy: optional(name),
  finish: optional(oneOf('stop', 'tool-calls', 'length', 'refusal')),
  reserved: object<ModelTurn['reserved']>({ tokens: whole, ms: whole, microUsd: whole }),
  spending,
  prefix: text,
  request: text,
  reply: optional(text),
  failure: optional(text),
})
