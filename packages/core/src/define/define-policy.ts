import { z } from 'zod'
import { policyScopeSchema, readScope } from '../builtin/policies/applies.ts'
import { once } from '../once.ts'
import type { Policy } from '../ports/policy.ts'
import { functionSchema, idSchema, readOptions } from './read-options.ts'

/** What `definePolicy` takes. */
export type PolicyDefinition = Omit<Policy, 'spec'>

const shape = once(() =>
  z.strictObject({
    id: idSchema,
    version: z.string().min(1).optional(),
    appliesTo: policyScopeSchema().optional(),
    calendars: z.array(z.strictObject({ pattern: z.string(), timeZone: z.string() })).optional(),
    lookBackMs: z.number().min(0).optional(),
    decide: functionSchema,
  }),
)

/**
 * Makes a policy of the host's own. If `decide` throws, the plan is denied. Where it does not apply it abstains, also when
 * `decide` is called directly. Throws `config` for a wrong definition.
 */
export function definePolicy(definition: PolicyDefinition): Policy {
  readOptions('definePolicy', shape(), definition)
  const { appliesTo } = definition
  const applies = appliesTo === undefined ? () => true : readScope(appliesTo)
  return {
    ...definition,
    spec: 1,
    decide: (input) => (applies(input.plan.actions) ? definition.decide(input) : { kind: 'abstain' }),
  }
}
