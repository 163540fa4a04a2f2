import type { SimulationCheck } from '../check.ts'
import type { Ledger } from '../ledger.ts'

/** An unfinished execution's plan holds all its lock keys, so that no other can have any of them. */
export const locksHeld: SimulationCheck = {
  id: 'locks-held',
  onTaken({ ledger }) {
    const faults: string[] = []
    for (const execution of ledger.unfinished()) {
      for (const key of execution.lockKeys) {
        const holder = ledger.locks.get(key)?.holder
        if (holder !== execution.planId)
          faults.push(`${execution.id} is ${execution.state}, but ${key} is held by ${holder}`)
      }
    }
    return faults
  },
}

/** No lock is held for a plan of which nothing is unfinished. */
export const locksFreed: SimulationCheck = {
  id: 'locks-freed',
  onTaken({ ledger }) {
    const plans = new Set(ledger.unfinished().map(({ planId }) => planId))
    return [...ledger.locks.values()].flatMap(({ id, holder }) =>
      holder === undefined || plans.has(holder) ? [] : [`${id} is held by ${holder}, which has nothing unfinished`],
    )
  },
}

/** What is in flight is what the counters say, and no more than the caps allow. */
export const capsKept: SimulationCheck = {
  id: 'caps-kept',
  onTaken({ ledger, settings }) {
    const { maxInFlight, maxReplicasInFlight } = settings.execution
    const flying = ledger.unfinished().filter(({ undoes }) => undoes === undefined)
    const replicas = flying.reduce((sum, { blastRadius }) => sum + blastRadius.replicas, 0)
    return [
      ...differs(ledger, 'executions-in-flight', flying.length),
      ...differs(ledger, 'replicas-in-flight', replicas),
      ...(flying.length > maxInFlight ? [`${flying.length} executions are in flight; the cap is ${maxInFlight}`] : []),
      ...(replicas > maxReplicasInFlight
        ? [`${replicas} replicas are at risk; the cap is ${maxReplicasInFlight}`]
        : []),
    ]
  },
}

function differs({ counters }: Ledger, name: string, truth: number): readonly string[] {
  const counted = counters.get(name) ?? 0
  return counted === truth ? [] : [`${name} is ${counted}, but ${truth} are in flight`]
}
