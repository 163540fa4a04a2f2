import type { BlastRadius, CallContext } from '@mendkit/core'
import { budgetsOf, type CoveringBudget } from './disruption-budgets.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import type { Scope } from './options.ts'
import { parseWorkload } from './parse-workload.ts'

/** How much of what serves now an effect takes away. */
export type Disruption = Pick<BlastRadius, 'percentOfReady' | 'budgetHeadroom'>

/** What it comes from. */
interface Loss {
  /** Pods that may be down because of it at once. */
  readonly down: number
  /** Pods of the topmost workload that are ready now; undefined when nobody knows. */
  readonly ready: number | undefined
  readonly budgets: readonly CoveringBudget[] | 'unreadable'
}

/**
 * The share of the ready pods, in tenths of a percent and rounded up, and what the tightest budget would have left. A share
 * of none is no share: it is absent when no pod is ready, unless none goes. The headroom is absent where no budget covers
 * the pods, or one could not be asked or has not been counted.
 */
export function disruptionOf({ down, ready, budgets }: Loss): Disruption {
  const share = down === 0 ? 0 : ready ? Math.min(100, Math.ceil((down * 1000) / ready) / 10) : undefined
  const rooms = budgets === 'unreadable' ? [] : budgets.map(({ headroom }) => headroom)
  const known = rooms.filter((room) => room !== undefined)
  return {
    ...(share === undefined ? {} : { percentOfReady: share }),
    ...(known.length === 0 || known.length < rooms.length ? {} : { budgetHeadroom: Math.min(...known) - down }),
  }
}

/** The same of an effect that takes down so many pods of a workload. */
export async function disruptionIn(
  scope: Scope,
  { workload, down }: { readonly workload: KubernetesObject; readonly down: number },
  context: CallContext,
): Promise<Disruption> {
  const { counts, template } = parseWorkload(workload)
  const pods = { namespace: workload.metadata.namespace, labels: template.metadata?.labels ?? {} }
  return disruptionOf({ down, ready: counts.ready, budgets: await budgetsOf(scope, pods, context) })
}
