import type { SimulatedCluster, SimulatedObject } from '@mendkit/testkit'

/** What a Deployment and its pods are, told from the cluster itself without a request. */
export interface WorkloadTruth {
  readonly uid: string
  /** The image of its pod template. */
  readonly image: string
  readonly ready: number
  readonly healthy: boolean
}

interface Deployment extends SimulatedObject {
  readonly spec: { readonly replicas: number; readonly template: { readonly spec: { readonly containers: [{ image: string }] } } }
  readonly status: Readonly<Partial<Record<'updatedReplicas' | 'readyReplicas' | 'replicas' | 'observedGeneration', number>>>
}

/** How a Deployment of the namespace `shop` is now; undefined when there is none. */
export function workloadTruth(cluster: SimulatedCluster, name: string): WorkloadTruth | undefined {
  const found = cluster.find({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name })
  if (found === undefined) return undefined
  // The simulated cluster stores no Deployment that lacks these.
  const { metadata, spec, status } = found as Deployment
  const ready = status.readyReplicas ?? 0
  const healthy =
    status.observedGeneration === metadata.generation &&
    ready === spec.replicas &&
    status.updatedReplicas === spec.replicas &&
    status.replicas === spec.replicas
  return { uid: metadata.uid, image: spec.template.spec.containers[0].image, ready, healthy }
}
