import { rolloutLimits, total, withCondition } from './rollout-math.ts'
import type { Condition, SimulatedDeployment, SimulatedReplicaSet } from './schemas.ts'
import type { World } from './world.ts'

type Status = SimulatedDeployment['status']

/** Writes the status of a Deployment as its ReplicaSets show it, with the conditions Available and Progressing. */
export function syncDeploymentStatus(
  world: World,
  deployment: SimulatedDeployment,
  current: SimulatedReplicaSet | undefined,
  old: readonly SimulatedReplicaSet[],
): void {
  const sets = current === undefined ? old : [...old, current]
  const now = world.time.stamp()
  const { replicas } = deployment.spec
  const available = total(sets, (set) => set.status.availableReplicas ?? 0)
  const counts = {
    replicas: total(sets, (set) => set.status.replicas),
    updatedReplicas: current?.status.replicas ?? 0,
    readyReplicas: total(sets, (set) => set.status.readyReplicas ?? 0),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, total(sets, (set) => set.spec.replicas) - available),
  }
  const enough = available >= replicas - rolloutLimits(deployment).maxUnavailable
  const conditions = withCondition(
    deployment.status.conditions ?? [],
    enough
      ? condition('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.')
      : condition('Available', 'False', 'MinimumReplicasUnavailable', 'Deployment does not have minimum availability.'),
    now,
  )
  const status: Status = {
    observedGeneration: deployment.metadata.generation,
    // The API server leaves zeros out.
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)),
    conditions: withProgress(world, deployment, current, counts, conditions),
  }
  world.store.replace(deployment, { ...deployment, status }, { manager: 'kube-controller-manager', admitted: true })
}

function withProgress(
  world: World,
  deployment: SimulatedDeployment,
  current: SimulatedReplicaSet | undefined,
  counts: { replicas: number; updatedReplicas: number; readyReplicas: number; availableReplicas: number },
  conditions: readonly Condition[],
): Condition[] {
  const now = world.time.stamp()
  const known = conditions.find(({ type }) => type === 'Progressing')
  if (deployment.spec.paused) {
    return withCondition(
      conditions,
      condition('Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused'),
      now,
    )
  }
  const { replicas } = deployment.spec
  const subject =
    current === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${current.metadata.name}"`
  const stays = counts.replicas === counts.updatedReplicas && known?.reason === 'NewReplicaSetAvailable'
  if (stays) return [...conditions]
  if (counts.updatedReplicas === replicas && counts.replicas === replicas && counts.availableReplicas === replicas) {
    const done = condition('Progressing', 'True', 'NewReplicaSetAvailable', `${subject} has successfully progressed.`)
    return withCondition(conditions, done, now)
  }
  const deadlineMs = deployment.spec.progressDeadlineSeconds * 1000
  if (
    hasProgressed(deployment.status, counts) ||
    known?.status !== 'True' ||
    known.reason === 'NewReplicaSetAvailable'
  ) {
    if (known?.reason === 'ProgressDeadlineExceeded' && !hasProgressed(deployment.status, counts))
      return [...conditions]
    world.revisit(deployment.metadata.uid, deadlineMs + 1000, true)
    const moving = condition('Progressing', 'True', 'ReplicaSetUpdated', `${subject} is progressing.`)
    return withCondition(conditions, moving, now, true)
  }
  if (world.time.now() < Date.parse(known.lastUpdateTime ?? now) + deadlineMs) return [...conditions]
  const late = condition('Progressing', 'False', 'ProgressDeadlineExceeded', `${subject} has timed out progressing.`)
  return withCondition(conditions, late, now)
}

function hasProgressed(
  before: Status,
  after: { replicas: number; updatedReplicas: number; readyReplicas: number; availableReplicas: number },
): boolean {
  const { replicas = 0, updatedReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = before
  return (
    after.updatedReplicas > updatedReplicas ||
    after.replicas - after.updatedReplicas < replicas - updatedReplicas ||
    after.readyReplicas > readyReplicas ||
    after.availableReplicas > availableReplicas
  )
}

function condition(type: string, status: string, reason: string, message: string) {
  return { type, status, reason, message }
}
