import { isKind, type SimulatedAutoscaler } from './schemas.ts'
import type { World } from './world.ts'

/**
 * Brings the workload of an autoscaler within its bounds, as a real one does whatever its metrics say. There are no metrics
 * here, so within the bounds it leaves the workload alone; also at zero, where a real one is switched off.
 */
export function holdWithinBounds(world: World, uid: string): void {
  const autoscaler = world.store.byUid(uid) as SimulatedAutoscaler | undefined
  if (autoscaler === undefined) return
  const { minReplicas, maxReplicas, scaleTargetRef } = autoscaler.spec
  const { apiVersion = 'apps/v1', kind, name } = scaleTargetRef
  const found = world.store.find({ apiVersion, kind, namespace: autoscaler.metadata.namespace, name })
  // Whatever else it may name has no replicas to set.
  if (found === undefined || !isKind(found, 'Deployment', 'StatefulSet', 'ReplicaSet')) return
  const { replicas } = found.spec
  const wanted = Math.min(Math.max(replicas, minReplicas), maxReplicas)
  if (replicas === 0 || wanted === replicas) return
  const next = { ...found, spec: { ...found.spec, replicas: wanted } }
  world.store.replace(found, next, { manager: 'kube-controller-manager' })
}
