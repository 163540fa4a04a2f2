import type { Condition, SimulatedDeployment, SimulatedReplicaSet } from './schemas.ts'

/** Annotation that holds the number of a rollout. */
export const REVISION = 'deployment.kubernetes.io/revision'

/** How many replicas may be missing, and how many too many, while a Deployment rolls out. */
export function rolloutLimits(deployment: SimulatedDeployment): { maxUnavailable: number; maxSurge: number } {
  const { strategy, replicas } = deployment.spec
  if (strategy.type === 'Recreate') return { maxUnavailable: 0, maxSurge: 0 }
  const { maxUnavailable = '25%', maxSurge = '25%' } = strategy.rollingUpdate ?? {}
  const surge = amountOf(maxSurge, replicas, Math.ceil)
  const unavailable = amountOf(maxUnavailable, replicas, Math.floor)
  return { maxSurge: surge, maxUnavailable: surge === 0 && unavailable === 0 ? 1 : Math.min(unavailable, replicas) }
}

/** A number or a percentage of `total`, rounded as told. */
export function amountOf(amount: number | string, total: number, round: (value: number) => number): number {
  return typeof amount === 'number' ? amount : round((Number.parseInt(amount, 10) / 100) * total)
}

/** Number of the rollout that made this ReplicaSet; 0 when it has none. */
export function revisionOf(set: SimulatedReplicaSet): number {
  return Number(set.metadata.annotations?.[REVISION] ?? 0)
}

/** Sum over ReplicaSets. */
export function total(sets: readonly SimulatedReplicaSet[], of: (set: SimulatedReplicaSet) => number): number {
  return sets.reduce((sum, set) => sum + of(set), 0)
}

/** Puts a condition into a list as the controllers do: its transition time changes only with its status. */
export function withCondition(
  conditions: readonly Condition[],
  next: { type: string; status: string; reason: string; message: string },
  now: string,
  touch = false,
): Condition[] {
  const known = conditions.find((condition) => condition.type === next.type)
  if (known?.status === next.status && known.reason === next.reason && !touch) return [...conditions]
  const transition = known?.status === next.status ? known.lastTransitionTime : now
  const made: Condition = { ...next, lastUpdateTime: now, ...(transition ? { lastTransitionTime: transition } : {}) }
  return [...conditions.filter((condition) => condition.type !== next.type), made]
}
