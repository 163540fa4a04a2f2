import { MendkitError } from '@mendkit/core'
import type { Simulation } from '@mendkit/testkit'
import type { WatchedCluster } from './watched-cluster.ts'

/** As long as a budget is to be left alone after it has said no. */
const LEFT_ALONE_MS = 8_000
/** Whoever dies and comes back may ask again sooner. */
const MOST_REFUSALS = 5

/** The cluster, every eviction of which is judged: of a pod that was approved, and patient with disruption budgets. */
export function watchedDrain(simulation: Simulation, cluster: WatchedCluster): WatchedCluster {
  const { ledger, complain } = simulation
  const refusals: { readonly pod: string; readonly at: number }[] = []

  function judgeRefusal(pod: string, id: string): void {
    const at = simulation.now()
    refusals.push({ pod, at })
    const recent = refusals.filter((each) => each.pod === pod && at - each.at < LEFT_ALONE_MS)
    if (recent.length > MOST_REFUSALS) complain('budget-left-alone', `${id} asks again and again to evict ${pod}`)
  }

  return {
    ...cluster,
    async evict(pod, preconditions, options, context) {
      const { executionId: id = '', dryRun } = options
      try {
        await cluster.evict(pod, preconditions, options, context)
      } catch (error) {
        const isRefusal = MendkitError.is(error) && error.message.includes('disruption budget')
        if (isRefusal) judgeRefusal(pod.name, id)
        throw error
      }
      if (dryRun === true) return
      const { pods = [] } = (ledger.executions.get(id)?.guard ?? {}) as { readonly pods?: readonly string[] }
      if (!pods.includes(preconditions.uid)) complain('bound', `${id} evicted ${pod.name}, which nobody approved`)
    },
  }
}
