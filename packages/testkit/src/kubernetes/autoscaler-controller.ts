import type { SimulatedAutoscaler, SimulatedDeployment } from './schemas.ts'
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
  if (found === undefined) return
  const workload = found as unknown as SimulatedDeployment
  const { replicas } = workload.spec
  const wanted = Math.min(Math.max(replicas, minReplicas), maxReplicas)
  if (replicas === 0 || wanted === replicas) return
  const next = { ...workload, spec: { ...workload.spec, replicas: wanted } }
  world.store.replace(found, next, { manager: 'kube-controller-manager' })
}
