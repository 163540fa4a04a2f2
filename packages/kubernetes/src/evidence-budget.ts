import { type CallContext, MendkitError, type Reading } from '@mendkit/core'
import { z } from 'zod'
import { resourceOf } from './cluster-reader.ts'
import type { Question } from './evidence-tool.ts'
import { factsAbout } from './facts.ts'
import { isReadable, type Scope } from './options.ts'
import { parseForm } from './parse-form.ts'

const budgetSchema = z.strictObject({ namespace: z.string().min(1).max(63), name: z.string().min(1).max(253) })
const amount = z.union([z.number(), z.string()]).nullish()
const form = z.looseObject({
  spec: z.looseObject({ minAvailable: amount, maxUnavailable: amount }),
  status: z
    .looseObject({
      disruptionsAllowed: z.number().optional(),
      currentHealthy: z.number().optional(),
      desiredHealthy: z.number().optional(),
      expectedPods: z.number().optional(),
    })
    .prefault({}),
})

/** What is asked of a disruption budget. */
export const budgetQuestion: Question<z.output<typeof budgetSchema>> = {
  name: 'kubernetes.disruption-budget',
  description: 'How many pods a PodDisruptionBudget lets go, how many are healthy and how many must be.',
  input: budgetSchema,
  read: readBudget,
}

async function readBudget(
  scope: Scope,
  { namespace, name }: z.output<typeof budgetSchema>,
  context: CallContext,
): Promise<Reading> {
  if (!isReadable(scope, namespace)) {
    throw new MendkitError('rejected', `${namespace} is not among the namespaces of kubernetes()`)
  }
  const object = await scope.read.get(
    { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', namespace, name },
    context,
  )
  const { spec, status } = parseForm(form, object)
  const resource = resourceOf(scope, object)
  const list = factsAbout(resource)
  list.is('budget.min-available', 'spec', spec.minAvailable ?? undefined)
  list.is('budget.max-unavailable', 'spec', spec.maxUnavailable ?? undefined)
  list.is('budget.disruptions-allowed', 'status', status.disruptionsAllowed)
  list.is('budget.healthy', 'status', status.currentHealthy)
  list.is('budget.must-be-healthy', 'status', status.desiredHealthy)
  list.is('budget.expected-pods', 'status', status.expectedPods)
  return { facts: list.facts, resource }
}
