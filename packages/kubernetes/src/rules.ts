import type { Rule } from '@mendkit/core'
import { autoscalerAtMaximum } from './rule-autoscaler.ts'
import { badRollout } from './rule-bad-rollout.ts'
import { imagePullAfterRollout } from './rule-image-pull.ts'
import { failingJob } from './rule-job.ts'
import { nodeInTrouble } from './rule-node.ts'
import { outOfMemory } from './rule-out-of-memory.ts'
import { ownRollbackFailing } from './rule-own-rollback.ts'
import { wedgedPod } from './rule-wedged-pod.ts'

/**
 * What can be told from a cluster's own words alone, and mended by one small step: a rollout that crashes, never gets
 * ready or has an image that cannot be pulled is rolled back, unless it is a rollback of ours; one pod that fails among
 * ready siblings is evicted; a container that is killed for want of memory gets twice its limit; an autoscaler at its maximum
 * gets a higher one where quotas have room; a node in trouble is cordoned; a Job that failed is handed over. Everything else is left to the next analyzer, or
 * to a person. They propose every action; those of `kubernetes()` only what it offers.
 */
export const kubernetesRules: readonly Rule[] = [
  badRollout,
  imagePullAfterRollout,
  outOfMemory,
  wedgedPod,
  ownRollbackFailing,
  autoscalerAtMaximum,
  nodeInTrouble,
  failingJob,
]

/** The rules of a host that offers these actions. Where one is missing they still explain, and propose nothing. */
export function rulesOffering(actions: readonly string[]): readonly Rule[] {
  return kubernetesRules.map((rule) => ({
    ...rule,
    match(view) {
      const finding = rule.match(view)
      // Half of what was to be done is not what was proposed.
      const lacks = finding?.actions?.some(({ type }) => !actions.includes(type)) === true
      return finding !== undefined && lacks ? { ...finding, actions: [] } : finding
    },
  }))
}
