import { budgetState } from './eviction.ts'
import type { SimulatedBudget } from './schemas.ts'
import type { World } from './world.ts'

/** Counts the pods of a disruption budget, and how many of them may be missing beyond those that are. */
export function countBudget(world: World, uid: string): void {
  const budget = world.store.byUid(uid) as SimulatedBudget | undefined
  if (budget === undefined) return
  const { expected, healthy, desired } = budgetState(world, budget)
  const status = {
    expectedPods: expected,
    currentHealthy: healthy,
    desiredHealthy: desired,
    disruptionsAllowed: expected > 0 ? Math.max(0, healthy - desired) : 0,
    observedGeneration: budget.metadata.generation,
  }
  world.store.replace(budget, { ...budget, status }, { manager: 'kube-controller-manager', status: true })
}
