import { nameHash } from './canonical.ts'
import { podsOf, terminatePod } from './pod-deletion.ts'
import { HASH, hashOf, type PodSet, recordRevision, revisionOf } from './pod-set-revisions.ts'
import { conditionOf } from './pod-status.ts'
import type { SimulatedPod, SimulatedStatefulSet } from './schemas.ts'
import type { World } from './world.ts'

const MANAGER = { manager: 'kube-controller-manager' }

/** One look at a StatefulSet or DaemonSet: at most one step towards its pods and their newest template, then its status. */
export function syncPodSet(world: World, uid: string): void {
  const set = world.store.byUid(uid) as PodSet | undefined
  if (set === undefined) return
  recordRevision(world, set)
  step(world, set)
  const now = world.store.byUid(uid) as PodSet
  const pods = inOrder(world, now)
  const counts = {
    all: pods.length,
    updated: pods.filter((pod) => pod.metadata.labels?.[HASH] === hashOf(now)).length,
    ready: pods.filter(isReady).length,
  }
  const status = {
    ...now.status,
    ...(now.kind === 'StatefulSet' ? statefulStatus(now, counts) : daemonStatus(world, counts)),
    observedGeneration: now.metadata.generation,
  }
  world.store.replace(now, { ...now, status }, { ...MANAGER, status: true })
}

/**
 * StatefulSets work pod by pod in the order of their ordinals and wait while one is not ready, as the real ones do by
 * default: a pod that never gets ready stops a rollout, and the way back too. DaemonSets replace a failing pod first.
 */
function step(world: World, set: PodSet): void {
  const wanted = podNames(world, set)
  const pods = inOrder(world, set)
  const surplus = pods.filter((pod) => !wanted.includes(pod.metadata.name)).at(-1)
  if (surplus !== undefined) {
    terminatePod(world, surplus)
    return
  }
  const ordered = set.kind === 'StatefulSet'
  for (const name of wanted) {
    const pod = pods.find((each) => each.metadata.name === name)
    if (pod === undefined) createPod(world, set, name)
    if (ordered && (pod === undefined || !isReady(pod))) return
  }
  if (set.spec.updateStrategy.type === 'OnDelete' || pods.length < wanted.length) return
  const outdated = pods.filter((pod) => pod.metadata.labels?.[HASH] !== hashOf(set))
  const next = outdated.find((pod) => !isReady(pod)) ?? (pods.every(isReady) ? outdated.at(-1) : undefined)
  if (next !== undefined) terminatePod(world, next)
}

/** Ordinals for a StatefulSet; one pod per node for a DaemonSet. */
function podNames(world: World, set: PodSet): readonly string[] {
  const { name } = set.metadata
  if (set.kind === 'StatefulSet') return Array.from({ length: set.spec.replicas }, (_, ordinal) => `${name}-${ordinal}`)
  return world.store.all('v1', 'Node').map((node) => `${name}-${nameHash(node.metadata.name).slice(0, 5)}`)
}

function createPod(world: World, set: PodSet, name: string): void {
  const { apiVersion, kind, metadata } = set
  const reference = { apiVersion: 'v1', kind: 'Pod', namespace: metadata.namespace, name }
  // One of this name may still be on its way out.
  if (world.store.find(reference) !== undefined) return
  const { template } = set.spec
  world.store.create(
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name,
        namespace: metadata.namespace,
        labels: { ...template.metadata.labels, [HASH]: hashOf(set) },
        ...(template.metadata.annotations === undefined ? {} : { annotations: template.metadata.annotations }),
        ownerReferences: [
          { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true },
        ],
      },
      spec: template.spec,
      status: { phase: 'Pending', qosClass: 'BestEffort' },
    },
    MANAGER,
  )
  const message = `create Pod ${name} in ${kind} ${metadata.name} successful`
  const component = `${kind.toLowerCase()}-controller`
  world.record({ about: set, type: 'Normal', reason: 'SuccessfulCreate', message, component })
}

function statefulStatus(set: SimulatedStatefulSet, { all, updated, ready }: Counts) {
  const complete = updated === set.spec.replicas && ready === set.spec.replicas
  return {
    replicas: all,
    readyReplicas: ready,
    availableReplicas: ready,
    updatedReplicas: updated,
    updateRevision: revisionOf(set),
    ...(complete ? { currentRevision: revisionOf(set) } : {}),
  }
}

function daemonStatus(world: World, { all, updated, ready }: Counts) {
  const desired = world.store.all('v1', 'Node').length
  return {
    desiredNumberScheduled: desired,
    currentNumberScheduled: all,
    updatedNumberScheduled: updated,
    numberReady: ready,
    numberAvailable: ready,
    numberUnavailable: desired - ready,
    numberMisscheduled: 0,
  }
}

interface Counts {
  readonly all: number
  readonly updated: number
  readonly ready: number
}

function inOrder(world: World, { metadata }: PodSet): readonly SimulatedPod[] {
  return podsOf(world, metadata.uid).toSorted(
    (a, b) => ordinalOf(a) - ordinalOf(b) || (a.metadata.name < b.metadata.name ? -1 : 1),
  )
}

function ordinalOf(pod: SimulatedPod): number {
  return Number(/-(\d+)$/.exec(pod.metadata.name)?.[1] ?? 0)
}

function isReady(pod: SimulatedPod): boolean {
  return conditionOf(pod, 'Ready')?.status === 'True'
}
