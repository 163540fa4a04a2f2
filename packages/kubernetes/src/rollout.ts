import { canonicalText } from './canonical-text.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import { type PodTemplate, parseWorkload, type Workload } from './parse-workload.ts'

const REVISION = 'deployment.kubernetes.io/revision'
const HASH = 'pod-template-hash'

/** One revision: a ReplicaSet of a Deployment, or a ControllerRevision of a StatefulSet or DaemonSet. */
export interface Revision {
  readonly object: KubernetesObject
  readonly uid: string
  readonly name: string
  /** Rises with each rollout; a revision that is used again becomes the newest. */
  readonly number: number
  /** The pod template without the label by which ReplicaSets are told apart. */
  readonly template: PodTemplate
  /** Pods of it that are ready now. */
  readonly ready: number
}

/** The revisions of a workload, newest first. */
export interface Rollout {
  /** The revision that the workload asks for; undefined until it exists. */
  readonly current: Revision | undefined
  /** The others, newest first. */
  readonly earlier: readonly Revision[]
}

/** All revisions of a workload, the one that it asks for first. */
export function revisionsOf({ current, earlier }: Rollout): readonly Revision[] {
  return current === undefined ? earlier : [current, ...earlier]
}

/** Sorts a Deployment's ReplicaSets. Those of other Deployments are left out. */
export function rolloutOf(deployment: Workload, replicaSets: readonly KubernetesObject[]): Rollout {
  const { object, template } = deployment
  const { uid } = object.metadata
  const revisions = replicaSets
    .filter((set) => set.metadata.ownerReferences?.some((owner) => owner.controller === true && owner.uid === uid))
    .map(revisionOf)
    .sort((a, b) => b.number - a.number)
  const wanted = canonicalText(template)
  // Nothing else tells: with the strategy Recreate a controller has observed a change, and still shows the revision number of
  // the rollout before, until the last old pod is gone and it makes the new ReplicaSet.
  const current = revisions.find((revision) => canonicalText(revision.template) === wanted)
  return { current, earlier: revisions.filter((revision) => revision !== current) }
}

function revisionOf(object: KubernetesObject): Revision {
  const { template, counts } = parseWorkload(object)
  const { [HASH]: _, ...labels } = template.metadata?.labels ?? {}
  return {
    object,
    uid: object.metadata.uid,
    name: object.metadata.name,
    number: Number(object.metadata.annotations?.[REVISION] ?? 0),
    template: { ...template, metadata: { ...template.metadata, labels } },
    ready: counts.ready,
  }
}
