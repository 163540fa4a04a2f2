import type { CallContext } from '@mendkit/core'
import { z } from 'zod'
import type { KubernetesObject } from './kubernetes-client.ts'
import { listAll } from './list-all.ts'
import type { Scope } from './options.ts'
import { selectorSchema } from './parse-workload.ts'
import { selects } from './selects.ts'

const budgetSchema = z.looseObject({
  spec: z.looseObject({ selector: selectorSchema.nullish() }),
  status: z.looseObject({ disruptionsAllowed: z.number().int().optional() }).prefault({}),
})

/** A PodDisruptionBudget that covers a pod. */
export interface CoveringBudget {
  readonly name: string
  /** How many pods may be missing beyond those that are; 0 as long as its controller has not counted. */
  readonly headroom: number
}

/** The disruption budgets that cover a pod, by name; `unreadable` when the credentials to read may not ask, or there are too many. */
export async function budgetsOf(
  scope: Scope,
  pod: KubernetesObject,
  context: CallContext,
): Promise<readonly CoveringBudget[] | 'unreadable'> {
  const { namespace } = pod.metadata
  const all = await listAll(scope.read, { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', namespace }, context)
  if (all === 'unreadable') return all
  return all.flatMap((item) => budgetFor(item, pod) ?? []).sort((a, b) => (a.name < b.name ? -1 : 1))
}

function budgetFor(item: KubernetesObject, pod: KubernetesObject): CoveringBudget | undefined {
  const { name } = item.metadata
  const parsed = budgetSchema.safeParse(item)
  // A budget that cannot be read may cover this pod, and may have no room.
  if (!parsed.success) return { name, headroom: 0 }
  const { spec, status } = parsed.data
  // Without a selector it covers nothing, with an empty one everything.
  if (spec.selector === undefined || spec.selector === null) return undefined
  return selects(spec.selector, pod.metadata.labels ?? {})
    ? { name, headroom: status.disruptionsAllowed ?? 0 }
    : undefined
}
