import type { CallContext, EffectInput, Observation } from '@mendkit/core'
import { FENCE_ANNOTATION } from './annotations.ts'
import { readRollout } from './cluster-reader.ts'
import { fenceText, parseGuard, readSince } from './guard.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import { readMark } from './mark.ts'
import type { Scope } from './options.ts'
import { parseWorkload } from './parse-workload.ts'
import { revisionsOf } from './rollout.ts'

type Effect = Pick<EffectInput, 'target' | 'executionId' | 'fence' | 'fenced' | 'preview'>

/**
 * Whether a conditional patch was carried out. It writes its fields and its mark together, so the mark proves it, also on a
 * ReplicaSet, to which the Deployment controller copies the annotations of its Deployment. That somebody has taken the
 * mark away is ruled out while nobody can have written after the patch; otherwise no mark proves nothing.
 */
export async function observePatch(scope: Scope, effect: Effect, context: CallContext): Promise<Observation> {
  const { target, executionId, preview, fenced } = effect
  const object = await readSince(scope, target, parseGuard(preview.guard), context, fenced)
  if (object === undefined || object.metadata.uid !== target.uid) return 'gone'
  if (readMark(object)?.execution === executionId) return 'applied'
  if (wasNeverPatched(object, effect)) return 'not-applied'
  if (object.kind !== 'Deployment') return 'unknown'
  const sets = revisionsOf(await readRollout(scope.read, parseWorkload(object), context))
  return sets.some((set) => readMark(set.object)?.execution === executionId) ? 'applied' : 'unknown'
}

/**
 * Proof that an object without our mark was never patched by us. Either our fence is on it: fence and patch demand the
 * same version, so that only one of them can have come through. Or its generation is not high enough: the patch raises it
 * by one, and taking the mark away raises that of a Deployment by another, and that of no other kind. Of kinds without a
 * generation, such as Nodes, only the version itself tells, as long as nobody writes.
 */
function wasNeverPatched({ kind, metadata }: KubernetesObject, effect: Effect): boolean {
  if (metadata.annotations?.[FENCE_ANNOTATION] === fenceText(effect)) return true
  const { generation, resourceVersion } = parseGuard(effect.preview.guard)
  if (metadata.generation === undefined) return metadata.resourceVersion === resourceVersion
  if (generation === undefined) return false
  return metadata.generation <= (kind === 'Deployment' ? generation + 1 : generation)
}
