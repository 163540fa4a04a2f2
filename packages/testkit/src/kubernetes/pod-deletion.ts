import { isKind, type SimulatedPod } from './schemas.ts'
import { stampOf } from './timeline.ts'
import type { World } from './world.ts'

const TERMINATION_MS = 1000

/** Whether a pod has been asked to go. */
export function isTerminating(pod: SimulatedPod): boolean {
  return pod.metadata.deletionTimestamp !== undefined
}

/** The pods that an object controls and that have not been asked to go. */
export function podsOf(world: World, uid: string): readonly SimulatedPod[] {
  return world.store
    .controlledBy(uid)
    .filter((object) => isKind(object, 'Pod'))
    .filter((pod) => !isTerminating(pod))
}

/** Marks a pod as going and lets the kubelet stop it; a pod that no node has is gone at once. */
export function terminatePod(world: World, pod: SimulatedPod): void {
  if (isTerminating(pod)) return
  if (pod.spec.nodeName === undefined) {
    world.store.remove(pod)
    return
  }
  const grace = pod.spec.terminationGracePeriodSeconds
  const metadata = {
    ...pod.metadata,
    deletionTimestamp: stampOf(world.time.now() + grace * 1000),
    deletionGracePeriodSeconds: grace,
  }
  world.store.replace(pod, { ...pod, metadata }, { manager: 'kube-apiserver', admitted: true })
  for (const { name } of pod.spec.containers) {
    const fieldPath = `spec.containers{${name}}`
    const message = `Stopping container ${name}`
    world.record({ about: pod, type: 'Normal', reason: 'Killing', message, component: 'kubelet', fieldPath })
  }
  world.time.after(TERMINATION_MS, () => {
    const last = world.store.byUid(pod.metadata.uid)
    if (last !== undefined) world.store.remove(last)
  })
}
