import { conflicted, statusError } from './api-errors.ts'
import { isTerminating, terminatePod } from './pod-deletion.ts'
import { conditionOf } from './pod-status.ts'
import { amountOf } from './rollout-math.ts'
import type { SimulatedBudget, SimulatedPod, SimulatedReplicaSet } from './schemas.ts'
import { selectorMatcher } from './selectors.ts'
import type { SimulatedPreconditions } from './shapes.ts'
import type { World } from './world.ts'

/** What one disruption budget says about the pods that it selects. */
interface BudgetState {
  readonly expected: number
  readonly healthy: number
  readonly desired: number
}

/** Evicts a pod as the API server does: first the preconditions, then the one budget that covers it. */
export function evictPod(
  world: World,
  pod: SimulatedPod,
  preconditions: SimulatedPreconditions,
  dryRun: boolean,
): void {
  const budgets = world.store
    .typed('PodDisruptionBudget', pod.metadata.namespace)
    .filter((budget) => selectorMatcher(budget.spec.selector)(pod.metadata.labels))
  if (isCovered(pod)) {
    if (budgets.length > 1) throw tooManyBudgets()
    for (const budget of budgets) askBudget(world, pod, budget)
  }
  checkPreconditions(pod, preconditions)
  if (!dryRun) terminatePod(world, pod)
}

/** Throws the API server's 409 when the object is not, or no longer, the one that was meant. */
export function checkPreconditions(
  object: { readonly metadata: { readonly name: string; readonly uid: string; readonly resourceVersion: string } },
  preconditions: SimulatedPreconditions,
): void {
  const { uid, resourceVersion, name } = object.metadata
  if (preconditions.uid !== uid) {
    const because = `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid})`
    throw conflicted('objects', name, because)
  }
  const wanted = preconditions.resourceVersion
  if (wanted !== undefined && wanted !== resourceVersion) {
    const because = `the ResourceVersion in the precondition (${wanted}) does not match the ResourceVersion in record (${resourceVersion})`
    throw conflicted('objects', name, because)
  }
}

/** Pods that have not begun, have ended or are going may always be evicted. */
function isCovered(pod: SimulatedPod): boolean {
  return pod.status.phase === 'Running' && !isTerminating(pod)
}

function askBudget(world: World, pod: SimulatedPod, budget: SimulatedBudget): void {
  const { expected, healthy, desired } = budgetState(world, budget)
  if (conditionOf(pod, 'Ready')?.status !== 'True') {
    if (budget.spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return
    if (healthy >= desired && desired > 0) return
  }
  if (expected > 0 && healthy - desired > 0) return
  const message = `The disruption budget ${budget.metadata.name} needs ${desired} healthy pods and has ${healthy} currently`
  throw statusError({
    status: 429,
    reason: 'TooManyRequests',
    message: "Cannot evict pod as it would violate the pod's disruption budget.",
    causes: [{ reason: 'DisruptionBudget', message }],
  })
}

/** What a disruption budget has to say now. */
export function budgetState(world: World, budget: SimulatedBudget): BudgetState {
  const matches = selectorMatcher(budget.spec.selector)
  const pods = world.store
    .typed('Pod', budget.metadata.namespace)
    .filter((pod) => matches(pod.metadata.labels) && !isTerminating(pod))
  const healthy = pods.filter((pod) => conditionOf(pod, 'Ready')?.status === 'True').length
  const expected = Math.max(pods.length, wantedReplicas(world, pods))
  const { minAvailable, maxUnavailable } = budget.spec
  if (maxUnavailable !== undefined) {
    return { expected, healthy, desired: Math.max(0, expected - amountOf(maxUnavailable, expected, Math.ceil)) }
  }
  return { expected, healthy, desired: amountOf(minAvailable ?? 1, expected, Math.ceil) }
}

function wantedReplicas(world: World, pods: readonly SimulatedPod[]): number {
  const owners = new Set(pods.flatMap((pod) => pod.metadata.ownerReferences?.map((owner) => owner.uid) ?? []))
  return [...owners]
    .map((uid) => world.store.byUid(uid) as SimulatedReplicaSet | undefined)
    .reduce((sum, set) => sum + (set?.kind === 'ReplicaSet' ? set.spec.replicas : 0), 0)
}

function tooManyBudgets() {
  return statusError({
    status: 500,
    reason: 'InternalError',
    message: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    effect: 'unknown',
  })
}
