import { podsOf, terminatePod } from './pod-deletion.ts'
import { conditionOf } from './pod-status.ts'
import type { SimulatedPod, SimulatedReplicaSet } from './schemas.ts'
import type { World } from './world.ts'

const MANAGER = { manager: 'kube-controller-manager', admitted: true }
const NAME_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'

/** Makes or removes pods until their number is right, then writes the ReplicaSet's status. */
export function syncReplicaSet(world: World, uid: string): void {
  const set = world.store.byUid(uid) as SimulatedReplicaSet | undefined
  if (set === undefined) return
  const pods = runningPodsOf(world, uid)
  const missing = set.spec.replicas - pods.length
  for (let made = 0; made < missing; made += 1) createPod(world, set)
  for (const pod of [...pods].sort(byDispensability).slice(0, Math.max(0, -missing))) {
    terminatePod(world, pod)
    tell(world, set, 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`)
  }
  syncStatus(world, uid)
}

function syncStatus(world: World, uid: string): void {
  const set = world.store.byUid(uid) as SimulatedReplicaSet
  const pods = runningPodsOf(world, uid)
  const ready = pods.filter((pod) => conditionOf(pod, 'Ready')?.status === 'True')
  const available = ready.filter((pod) => isAvailable(world, set, pod)).length
  const counts = { fullyLabeledReplicas: pods.length, readyReplicas: ready.length, availableReplicas: available }
  const status = {
    replicas: pods.length,
    // The API server leaves zeros out.
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)),
    observedGeneration: set.metadata.generation,
  }
  world.store.replace(set, { ...set, status }, MANAGER)
}

function isAvailable(world: World, set: SimulatedReplicaSet, pod: SimulatedPod): boolean {
  const minReadyMs = Number((set.spec as { minReadySeconds?: number }).minReadySeconds ?? 0) * 1000
  if (minReadyMs === 0) return true
  const since = Date.parse(conditionOf(pod, 'Ready')?.lastTransitionTime ?? world.time.stamp())
  const left = since + minReadyMs - world.time.now()
  if (left > 0) world.revisit(set.metadata.uid, left + 1000)
  return left <= 0
}

function createPod(world: World, set: SimulatedReplicaSet): void {
  const { name, namespace, uid } = set.metadata
  const { metadata, spec } = set.spec.template
  const pod = world.store.create(
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `${name}-${suffix(world.count())}`,
        namespace,
        labels: metadata.labels,
        ...(metadata.annotations === undefined ? {} : { annotations: metadata.annotations }),
        generateName: `${name}-`,
        ownerReferences: [
          { apiVersion: 'apps/v1', kind: 'ReplicaSet', name, uid, controller: true, blockOwnerDeletion: true },
        ],
      },
      spec,
      status: { phase: 'Pending', qosClass: 'BestEffort' },
    },
    MANAGER,
  )
  tell(world, set, 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`)
}

function runningPodsOf(world: World, uid: string): readonly SimulatedPod[] {
  return podsOf(world, uid).filter((pod) => !hasEnded(pod))
}

function hasEnded(pod: SimulatedPod): boolean {
  return pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed'
}

/** Pods that do the least come first: not placed, not running, not ready, then the youngest. */
function byDispensability(a: SimulatedPod, b: SimulatedPod): number {
  return worth(a) - worth(b) || (a.metadata.creationTimestamp > b.metadata.creationTimestamp ? -1 : 1)
}

function worth(pod: SimulatedPod): number {
  if (pod.spec.nodeName === undefined) return 0
  if (pod.status.phase !== 'Running') return 1
  return conditionOf(pod, 'Ready')?.status === 'True' ? 3 : 2
}

function tell(world: World, about: SimulatedReplicaSet, reason: string, message: string): void {
  world.record({ about, type: 'Normal', reason, message, component: 'replicaset-controller' })
}

/** Five letters in the style of generated names, different for every number. */
function suffix(number: number): string {
  let left = (number * 7_654_321) % NAME_ALPHABET.length ** 5
  let text = ''
  for (let place = 0; place < 5; place += 1) {
    text += NAME_ALPHABET[left % NAME_ALPHABET.length]
    left = Math.floor(left / NAME_ALPHABET.length)
  }
  return text
}
