import type { Rule } from '@mendkit/core'
import { badRollout } from './rule-bad-rollout.ts'
import { imagePullAfterRollout } from './rule-image-pull.ts'
import { ownRollbackFailing } from './rule-own-rollback.ts'
import { wedgedPod } from './rule-wedged-pod.ts'

/**
 * What can be told from a cluster's own words alone, and mended by one small step: a rollout that crashes, never gets
 * ready or has an image that cannot be pulled is rolled back, unless it is a rollback of ours; one pod that fails among
 * ready siblings is evicted. Everything else is left to the next analyzer, or to a person.
 */
export const kubernetesRules: readonly Rule[] = [badRollout, imagePullAfterRollout, wedgedPod, ownRollbackFailing]
