import type { Blocker } from '../../model/blocker.ts'
import { type Execution, unfinishedExecutionStates } from '../../model/execution.ts'
import type { Lock } from '../../model/lock.ts'
import { redact } from '../../redact/redact.ts'
import type { Parts } from '../parts.ts'
import type { StepView } from '../steps/view.ts'
import type { Effect } from './effect.ts'
import { inFlightCounter, readLocks, replicasCounter } from './locks.ts'

/** What an effect takes while it is in flight. */
type Needs = Pick<Execution, 'lockKeys' | 'blastRadius'>

/** Looks for what refused an intent: a lock key first, then a cap, else somebody was faster. */
export async function findBlocker(
  parts: Parts,
  view: StepView,
  effect: Effect,
  { lockKeys, blastRadius }: Needs,
): Promise<Blocker> {
  const locks = await readLocks(parts, view.incident.tenant, lockKeys, view.ctx)
  const held = locks.find(({ holder }) => holder !== undefined && holder !== effect.plan.id)
  if (held?.holder !== undefined) return heldBy(parts, view, held, held.holder)
  // An undo works on what its original already counts for.
  const full = effect.undoes === undefined ? await fullCap(parts, view, blastRadius.replicas) : undefined
  return full ?? { kind: 'raced' }
}

/** What is in the way, in words that name it. */
export function blockerWords(blocker: Blocker): string {
  switch (blocker.kind) {
    case 'lock': {
      const holder = blocker.execution === undefined ? `plan ${blocker.plan}` : `execution ${blocker.execution}`
      const of = blocker.incident === undefined ? '' : ` of incident ${blocker.incident}`
      return `lock key ${blocker.lockKey} is held by ${holder}${of}`
    }
    case 'cap': {
      const what = blocker.cap === 'maxInFlight' ? 'executions in flight' : 'replicas at risk'
      return `settings.execution.${blocker.cap} allows ${blocker.max} ${what} at once: ${blocker.used} are, and ${blocker.wanted} more would be`
    }
    case 'raced':
      return 'somebody else keeps changing what it rests on, or its fence is no longer its own'
  }
}

async function heldBy(parts: Parts, view: StepView, lock: Lock, planId: string): Promise<Blocker> {
  const { tenant } = view.incident
  const found: Blocker = { kind: 'lock', lockKey: redact(lock.id), plan: planId }
  const plan = await parts.store.get('plan', tenant, planId, view.ctx)
  if (plan === undefined) return found
  const incident = plan.incidentId
  const query = { tenant, incidentId: incident, states: unfinishedExecutionStates, limit: 100 }
  const executions = await parts.store.list('execution', query, view.ctx)
  const needing = executions.findLast((each) => each.planId === planId && each.lockKeys.includes(lock.id))
  return { ...found, incident, ...(needing && { execution: needing.id }) }
}

async function fullCap(parts: Parts, view: StepView, replicas: number): Promise<Blocker | undefined> {
  const { maxInFlight, maxReplicasInFlight } = parts.settings.execution
  const caps = [
    { cap: 'maxInFlight', counter: inFlightCounter, wanted: 1, max: maxInFlight },
    { cap: 'maxReplicasInFlight', counter: replicasCounter, wanted: replicas, max: maxReplicasInFlight },
  ] as const
  for (const { cap, counter, wanted, max } of caps) {
    const used = await parts.store.counter(view.incident.tenant, counter, view.ctx)
    if (used + wanted > max) return { kind: 'cap', cap, used, wanted, max }
  }
  return undefined
}
