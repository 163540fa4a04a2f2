import { z } from 'zod'
import { once } from '../once.ts'
import type { Policy } from '../ports/policy.ts'
import { functionSchema, idSchema, readOptions } from './read-options.ts'

/** What `definePolicy` takes. */
export type PolicyDefinition = Omit<Policy, 'spec'>

const shape = once(() => z.strictObject({ id: idSchema, decide: functionSchema }))

/** Makes a policy of the host's own. If `decide` throws, the plan is denied. Throws `config` for a wrong definition. */
export function definePolicy(definition: PolicyDefinition): Policy {
  readOptions('definePolicy', shape(), definition)
  return { spec: 1, id: definition.id, decide: (input) => definition.decide(input) }
}
