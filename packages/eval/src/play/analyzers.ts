import { type Analyzer, type LanguageModel, modelAnalyzer, ruleAnalyzer } from '@mendkit/core'
import { gatedModel } from './gate.ts'
import type { MakeAnalyzers } from './play-through.ts'

/** Explains by the rules that the integrations bring. */
export const rulesOnly: MakeAnalyzers = (integrations) => [
  ruleAnalyzer(integrations.flatMap(({ rules }) => rules ?? [])),
]

/** Explains by a model alone, held to the evidence as in a host. */
export function modelOnly(model: LanguageModel): MakeAnalyzers {
  return (_, gate): readonly Analyzer[] => [modelAnalyzer({ model: gatedModel(model, gate) })]
}

/** Explains by the rules, and by the model what they cannot explain, as a host would. */
export function rulesThenModel(model: LanguageModel): MakeAnalyzers {
  return (integrations, gate) => [...rulesOnly(integrations, gate), ...modelOnly(model)(integrations, gate)]
}
