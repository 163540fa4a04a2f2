import { holdWithinBounds } from './autoscaler-controller.ts'
import { countBudget } from './budget-controller.ts'
import { syncDeployment } from './deployment-controller.ts'
import { controllerOf, type StoreChange } from './object-store.ts'
import { terminatePod } from './pod-deletion.ts'
import { syncPodSet } from './pod-set-controller.ts'
import { syncReplicaSet } from './replica-set-controller.ts'
import { isKind } from './schemas.ts'
import type { World } from './world.ts'

/** From a change to the controllers' answer to it. */
const LATENCY_MS = 10

/** Kinds that keep their pods without ReplicaSets. */
const POD_SETS = ['StatefulSet', 'DaemonSet']
const AUTOSCALER = 'HorizontalPodAutoscaler'
const BUDGET = 'PodDisruptionBudget'
const CONTROLLED = ['Deployment', 'ReplicaSet', AUTOSCALER, BUDGET, ...POD_SETS]

/** Kinds whose replicas an autoscaler sets. */
const SCALED = ['Deployment', 'StatefulSet']

/**
 * The controller manager: Deployments, ReplicaSets, StatefulSets, DaemonSets, the bounds of autoscalers, the counts of
 * disruption budgets and garbage collection.
 */
export interface Controllers {
  changed(world: World, change: StoreChange): void
  /** Looks at an object again although nothing has changed. */
  revisit(world: World, uid: string): void
}

/** Controllers that have seen nothing yet. */
export function controllers(): Controllers {
  const changed = new Set<string>()
  let scheduled = false

  function look(world: World, uid: string): void {
    changed.add(uid)
    if (scheduled) return
    scheduled = true
    world.time.after(LATENCY_MS, () => {
      scheduled = false
      const uids = [...changed]
      changed.clear()
      for (const uid of uids) if (world.store.byUid(uid)?.kind === AUTOSCALER) holdWithinBounds(world, uid)
      // ReplicaSets first, so that a Deployment sees what has become of its own.
      for (const uid of uids) if (world.store.byUid(uid)?.kind === 'ReplicaSet') syncReplicaSet(world, uid)
      for (const uid of uids) if (world.store.byUid(uid)?.kind === 'Deployment') syncDeployment(world, uid)
      for (const uid of uids) if (POD_SETS.includes(world.store.byUid(uid)?.kind ?? '')) syncPodSet(world, uid)
      for (const uid of uids) if (world.store.byUid(uid)?.kind === BUDGET) countBudget(world, uid)
    })
  }

  return {
    revisit: look,
    changed(world, { type, object }) {
      const owner = controllerOf(object)
      if (CONTROLLED.includes(object.kind)) look(world, object.metadata.uid)
      if (SCALED.includes(object.kind)) {
        const all = world.store.typed(AUTOSCALER, object.metadata.namespace)
        for (const { metadata, spec } of all) {
          const { kind, name } = spec.scaleTargetRef
          if (kind === object.kind && name === object.metadata.name) look(world, metadata.uid)
        }
      }
      if (object.kind === 'Pod') {
        for (const { metadata } of world.store.typed(BUDGET, object.metadata.namespace)) look(world, metadata.uid)
      }
      if (owner !== undefined) {
        look(world, owner.uid)
        // A Deployment that waits for old pods to go learns of it through its ReplicaSet.
        const above = world.store.byUid(owner.uid)
        const top = above === undefined ? undefined : controllerOf(above)
        if (type === 'deleted' && top !== undefined) look(world, top.uid)
      }
      if (type === 'deleted') world.time.after(LATENCY_MS, () => collect(world, object.metadata.uid))
    },
  }
}

/** Deletes what a deleted object controlled. */
function collect(world: World, uid: string): void {
  for (const dependent of world.store.controlledBy(uid)) {
    if (isKind(dependent, 'Pod')) terminatePod(world, dependent)
    else world.store.remove(dependent)
  }
}
