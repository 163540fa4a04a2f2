import type { SimulatedCluster, SimulatedObject } from '@mendkit/testkit'

/** A Deployment or ReplicaSet as the simulated cluster stores it. */
export interface StoredWorkload extends SimulatedObject {
  readonly spec: {
    readonly replicas: number
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } }
  }
  readonly status?: Readonly<
    Partial<Record<'updatedReplicas' | 'readyReplicas' | 'replicas' | 'observedGeneration', number>>
  >
}

/** A Deployment of the namespace `shop`; undefined when there is none of this name. */
export function findWorkload(cluster: SimulatedCluster, name: string): StoredWorkload | undefined {
  // The simulated cluster stores no Deployment without these fields.
  return cluster.find({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name }) as
    | StoredWorkload
    | undefined
}

/** How a Deployment is now, told from the cluster itself without a request. */
export function workloadTruth(cluster: SimulatedCluster, name: string) {
  const found = findWorkload(cluster, name)
  if (found === undefined) return undefined
  const { metadata, spec, status = {} } = found
  const ready = status.readyReplicas ?? 0
  const healthy =
    status.observedGeneration === metadata.generation &&
    ready === spec.replicas &&
    status.updatedReplicas === spec.replicas &&
    status.replicas === spec.replicas
  return { ready, healthy }
}

/** What its pods run, as text: equal for equal templates, whatever labels a ReplicaSet adds. */
export function templateOf({ spec }: StoredWorkload): string {
  return JSON.stringify(spec.template.spec)
}

/** UID of the ReplicaSet of a Deployment that has this template. */
export function replicaSetOf(
  cluster: SimulatedCluster,
  deployment: StoredWorkload,
  template: string,
): string | undefined {
  const sets = cluster.all('apps/v1', 'ReplicaSet', 'shop') as readonly StoredWorkload[]
  return sets.find(
    (set) =>
      set.metadata.ownerReferences?.some(({ uid }) => uid === deployment.metadata.uid) && templateOf(set) === template,
  )?.metadata.uid
}
