import type { CallContext } from '@mendkit/core'
import { z } from 'zod'
import type { KubernetesObject } from './kubernetes-client.ts'
import { listAll } from './list-all.ts'
import type { Scope } from './options.ts'
import { selectorSchema } from './parse-workload.ts'
import { selects } from './selects.ts'

const budgetSchema = z.looseObject({
  spec: z.looseObject({ selector: selectorSchema.nullish() }),
  status: z
    .looseObject({ disruptionsAllowed: z.number().int().optional(), observedGeneration: z.number().optional() })
    .prefault({}),
})

/** A PodDisruptionBudget that covers a pod. */
export interface CoveringBudget {
  readonly name: string
  /** How many pods may be missing beyond those that are; undefined as long as its controller has not counted. */
  readonly headroom: number | undefined
}

/** Pods that look alike. */
interface PodLabels {
  readonly namespace?: string | undefined
  readonly labels?: Readonly<Record<string, string>> | undefined
}

/** The disruption budgets that cover pods, by name; `unreadable` when the credentials to read may not ask, or there are too many. */
export async function budgetsOf(
  scope: Scope,
  { namespace, labels = {} }: PodLabels,
  context: CallContext,
): Promise<readonly CoveringBudget[] | 'unreadable'> {
  const all = await listAll(scope.read, { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', namespace }, context)
  if (all === 'unreadable') return all
  return all.flatMap((item) => budgetFor(item, labels) ?? []).sort((a, b) => (a.name < b.name ? -1 : 1))
}

function budgetFor(item: KubernetesObject, labels: Readonly<Record<string, string>>): CoveringBudget | undefined {
  const { name, generation = 0 } = item.metadata
  const parsed = budgetSchema.safeParse(item)
  // A budget that cannot be read may cover these pods, and may have no room.
  if (!parsed.success) return { name, headroom: undefined }
  const { spec, status } = parsed.data
  const { disruptionsAllowed, observedGeneration = generation } = status
  // Without a selector it covers nothing, with an empty one everything.
  if (spec.selector === undefined || spec.selector === null) return undefined
  if (!selects(spec.selector, labels)) return undefined
  return { name, headroom: observedGeneration < generation ? undefined : disruptionsAllowed }
}
