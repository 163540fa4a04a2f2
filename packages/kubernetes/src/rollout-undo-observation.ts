import type { CallContext, EffectInput, Observation } from '@mendkit/core'
import { FENCE_ANNOTATION } from './annotations.ts'
import { readRollout } from './cluster-reader.ts'
import { fenceText, parseGuard, readTarget } from './guard.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import type { Scope } from './options.ts'
import { parseWorkload } from './parse-workload.ts'
import { readMark } from './rollout.ts'

type Effect = Pick<EffectInput, 'target' | 'executionId' | 'fence' | 'preview'>

/**
 * Whether a rollback was carried out. Its one patch writes template and mark together, so the mark proves it, also on a
 * ReplicaSet, to which the Deployment controller copies the annotations of its Deployment. That somebody has taken the
 * mark away is ruled out while nobody can have written after the patch; otherwise no mark proves nothing.
 */
export async function observeRolloutUndo(scope: Scope, effect: Effect, context: CallContext): Promise<Observation> {
  const { target, executionId } = effect
  const deployment = await readTarget(scope, target, context)
  if (deployment === undefined || deployment.metadata.uid !== target.uid) return 'gone'
  if (readMark(deployment)?.execution === executionId) return 'applied'
  if (wasNeverPatched(deployment, effect)) return 'not-applied'
  const { current, earlier } = await readRollout(scope.read, parseWorkload(deployment), context)
  const sets = [...(current === undefined ? [] : [current]), ...earlier]
  return sets.some(({ object }) => readMark(object)?.execution === executionId) ? 'applied' : 'unknown'
}

/**
 * Proof that a Deployment without our mark was never patched by us. Either our fence is on it: fence and patch demand the
 * same version, so that only one of them can have come through. Or it was written at most once since the guard: every
 * change of a Deployment's spec or annotations raises its generation, the patch by one and taking its mark away by another.
 */
function wasNeverPatched({ metadata }: KubernetesObject, effect: Effect): boolean {
  if (metadata.annotations?.[FENCE_ANNOTATION] === fenceText(effect)) return true
  const { generation } = parseGuard(effect.preview.guard)
  return generation !== undefined && metadata.generation !== undefined && metadata.generation <= generation + 1
}
