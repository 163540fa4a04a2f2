import type { Rule } from '@mendkit/core'
import { autoscalerAtMaximum } from './rule-autoscaler.ts'
import { badRollout } from './rule-bad-rollout.ts'
import { blockingBudget } from './rule-budget.ts'
import { unboundClaim } from './rule-claim.ts'
import { missingConfig } from './rule-config-missing.ts'
import { cpuThrottled } from './rule-cpu.ts'
import { suspendedCronJob } from './rule-cronjob.ts'
import { imagePullAfterRollout, imagePullFailing } from './rule-image-pull.ts'
import { failingInitContainer } from './rule-init-container.ts'
import { failingJob } from './rule-job.ts'
import { livenessKills } from './rule-liveness.ts'
import { nodeInTrouble } from './rule-node.ts'
import { outOfMemory } from './rule-out-of-memory.ts'
import { ownRollbackFailing } from './rule-own-rollback.ts'
import { podsRefused } from './rule-pods-refused.ts'
import { probePortWrong } from './rule-probe-port.ts'
import { changedConfig } from './rule-recorded-change.ts'
import { wronglyWiredService } from './rule-service.ts'
import { switchedOff } from './rule-switched-off.ts'
import { unschedulable } from './rule-unschedulable.ts'
import { wedgedPod } from './rule-wedged-pod.ts'

/**
 * What can be told from a cluster's own words alone, and mended by one small step: a rollout that crashes, never gets
 * ready or has an image that cannot be pulled is rolled back, unless it is a rollback of ours; one pod that fails among
 * ready siblings is evicted; a container that is killed for want of memory gets twice its limit; an autoscaler at its maximum
 * gets a higher one where quotas have room; a node in trouble is cordoned; a Job that failed is handed over.
 * What else they know they explain, and propose nothing but to roll back where it began with a rollout. Everything else is left to the next analyzer, or
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
  missingConfig,
  imagePullFailing,
  unschedulable,
  unboundClaim,
  podsRefused,
  failingInitContainer,
  livenessKills,
  probePortWrong,
  wronglyWiredService,
  suspendedCronJob,
  blockingBudget,
  switchedOff,
  cpuThrottled,
  changedConfig,
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
