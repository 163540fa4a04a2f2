import { z } from 'zod'
import type { Rule, RuleFinding, RuleView } from '../model/rule.ts'
import { once } from '../once.ts'
import { functionSchema, idSchema, readOptions } from './read-options.ts'

/** What `defineRule` takes. */
export interface RuleDefinition {
  readonly id: string
  /** @default the id */
  readonly description?: string
  /** Pure: what it finds in the evidence, or undefined. */
  match(view: RuleView): RuleFinding | undefined
}

const shape = once(() => z.strictObject({ id: idSchema, description: z.string().optional(), match: functionSchema }))

/** Makes a rule for `ruleAnalyzer`. Throws `config` for a wrong definition. */
export function defineRule(definition: RuleDefinition): Rule {
  readOptions('defineRule', shape(), definition)
  const { id, description = id } = definition
  return { id, description, match: (view) => definition.match(view) }
}
