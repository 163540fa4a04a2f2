import { ruleAnalyzer } from '@mendkit/core'
import type { MakeAnalyzers } from './play.ts'

/** Explains by the rules that the integrations bring. */
export const rulesOnly: MakeAnalyzers = (integrations) => [
  ruleAnalyzer(integrations.flatMap(({ rules }) => rules ?? [])),
]
