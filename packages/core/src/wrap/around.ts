import type { ModelName } from '../model/model-call.ts'
import type { LanguageModel } from '../ports/language-model.ts'

/** What a wrapper can make different beside how the model is asked. */
export type Changed = Partial<Pick<LanguageModel, 'id' | 'capabilities' | 'mayAnswer'>>

/** A model that is asked through `generate` and is the one within in everything else. */
export function around(
  { id, provider, model, capabilities, mayAnswer }: LanguageModel,
  generate: LanguageModel['generate'],
  changed: Changed = {},
): LanguageModel {
  return { spec: 1, id, provider, model, capabilities, ...(mayAnswer && { mayAnswer }), ...changed, generate }
}

/** Which model it is, and nothing else of it. */
export function nameOf({ provider, model }: ModelName): ModelName {
  return { provider, model }
}

/** The same, with what else may answer in its place. */
export function namesOf(model: LanguageModel): Pick<LanguageModel, 'provider' | 'model' | 'mayAnswer'> {
  return { ...nameOf(model), ...(model.mayAnswer && { mayAnswer: model.mayAnswer }) }
}
