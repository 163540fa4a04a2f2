import {
  annotate,
  byAge,
  createSet,
  DESIRED,
  keepAnnotations,
  scaleTo,
  setsOf,
  sizes,
  templateText,
} from './deployment-sets.ts'
import { syncDeploymentStatus } from './deployment-status.ts'
import { revisionOf, rolloutLimits, total } from './rollout-math.ts'
import type { SimulatedDeployment, SimulatedReplicaSet } from './schemas.ts'
import type { World } from './world.ts'

/** One look at one Deployment: at most one step of its rollout, then its status. */
export function syncDeployment(world: World, uid: string): void {
  const deployment = world.store.byUid(uid) as SimulatedDeployment | undefined
  if (deployment === undefined || deployment.metadata.deletionTimestamp !== undefined) return
  const sets = setsOf(world, deployment)
  const wanted = templateText(deployment.spec.template)
  const current = sets.find((set) => templateText(set.spec.template) === wanted)
  const old = sets.filter((set) => set !== current)
  step(world, deployment, current, old)
  const now = world.store.byUid(uid) as SimulatedDeployment
  const seen = setsOf(world, now)
  syncDeploymentStatus(
    world,
    now,
    seen.find((set) => templateText(set.spec.template) === wanted),
    seen.filter((set) => templateText(set.spec.template) !== wanted),
  )
}

function step(
  world: World,
  deployment: SimulatedDeployment,
  current: SimulatedReplicaSet | undefined,
  old: readonly SimulatedReplicaSet[],
): void {
  const set = current === undefined ? undefined : keepAnnotations(world, deployment, current, old)
  if (scaleOutsideRollout(world, deployment, set, old)) return
  if (deployment.spec.paused) return
  if (deployment.spec.strategy.type === 'Recreate') recreate(world, deployment, set, old)
  else roll(world, deployment, set ?? createSet(world, deployment, old), old)
  cleanUp(world, deployment)
}

/** Paused, or resized while only one ReplicaSet is active: that one is scaled. Answers true when it was. */
function scaleOutsideRollout(
  world: World,
  deployment: SimulatedDeployment,
  current: SimulatedReplicaSet | undefined,
  old: readonly SimulatedReplicaSet[],
): boolean {
  const active = [...old, ...(current === undefined ? [] : [current])].filter((set) => set.spec.replicas > 0)
  const resized = active.some((set) => Number(set.metadata.annotations?.[DESIRED]) !== deployment.spec.replicas)
  if (!deployment.spec.paused && !resized) return false
  const only = active.length === 1 ? active[0] : undefined
  if (only !== undefined) return scaleTo(world, deployment, only, deployment.spec.replicas)
  // One change per look: what was read before it is stale.
  return active.map((set) => annotate(world, set, sizes(deployment)) !== set).includes(true)
}

function roll(
  world: World,
  deployment: SimulatedDeployment,
  current: SimulatedReplicaSet,
  old: readonly SimulatedReplicaSet[],
): void {
  const { replicas } = deployment.spec
  const { maxUnavailable, maxSurge } = rolloutLimits(deployment)
  const all = total([...old, current], (set) => set.spec.replicas)
  if (current.spec.replicas > replicas) return void scaleTo(world, deployment, current, replicas)
  const room = Math.min(replicas - current.spec.replicas, replicas + maxSurge - all)
  if (room > 0) return void scaleTo(world, deployment, current, current.spec.replicas + room)
  const minimum = replicas - maxUnavailable
  const unavailableNew = current.spec.replicas - (current.status.availableReplicas ?? 0)
  let surplus = all - minimum - unavailableNew
  if (surplus <= 0) return
  const ordered = [...old].filter((set) => set.spec.replicas > 0).sort(byAge)
  const sizesNow = new Map(ordered.map((set) => [set, set.spec.replicas]))
  for (const set of ordered) {
    // Replicas that do not work anyway go first, for they make nothing worse.
    const useless = Math.min(surplus, set.spec.replicas - (set.status.availableReplicas ?? 0))
    if (useless <= 0) continue
    sizesNow.set(set, set.spec.replicas - useless)
    surplus -= useless
  }
  let spare = total([...old, current], (set) => set.status.availableReplicas ?? 0) - minimum
  for (const set of ordered) {
    const size = sizesNow.get(set) ?? 0
    const less = Math.max(0, Math.min(size, spare))
    spare -= less
    scaleTo(world, deployment, set, size - less)
  }
}

function recreate(
  world: World,
  deployment: SimulatedDeployment,
  current: SimulatedReplicaSet | undefined,
  old: readonly SimulatedReplicaSet[],
): void {
  const active = old.filter((set) => set.spec.replicas > 0)
  if (active.length > 0) {
    for (const set of active) scaleTo(world, deployment, set, 0)
    return
  }
  if (old.some((set) => world.store.controlledBy(set.metadata.uid).length > 0)) return
  scaleTo(world, deployment, current ?? createSet(world, deployment, old), deployment.spec.replicas)
}

/** Old ReplicaSets beyond the history limit go once the rollout is complete. */
function cleanUp(world: World, deployment: SimulatedDeployment): void {
  const { status, spec, metadata } = deployment
  const complete =
    status.updatedReplicas === spec.replicas &&
    status.replicas === spec.replicas &&
    status.availableReplicas === spec.replicas &&
    status.observedGeneration === metadata.generation
  if (!complete) return
  const wanted = templateText(spec.template)
  const idle = setsOf(world, deployment)
    .filter((set) => templateText(set.spec.template) !== wanted && set.spec.replicas === 0 && set.status.replicas === 0)
    .sort((a, b) => revisionOf(a) - revisionOf(b))
  for (const set of idle.slice(0, Math.max(0, idle.length - spec.revisionHistoryLimit))) world.store.remove(set)
}
