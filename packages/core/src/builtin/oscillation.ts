import { digestOf } from '../audit/digest-of.ts'
import type { PastExecution } from '../model/policy-history.ts'
import { describeResource, resourceKey } from '../model/resource.ts'
import type { Policy } from '../ports/policy.ts'
import { mayHaveChanged, pastIsCutOff } from './policies/counted.ts'

/**
 * Denies to take a target once more from a state to another, when executions of ours did so before and then brought the
 * first state back: A to B to A ends there. A fix that was undone may be tried once more, because the next incident may be
 * another matter; the second undo ends it too. Asks when more happened than can be told. Holds up no undo.
 */
export const oscillationStop: Policy = {
  spec: 1,
  id: 'safety.oscillation',
  async decide({ plan, executions: pastExecutions }) {
    if (plan.undoes !== undefined || plan.actions.length === 0) return { kind: 'abstain' }
    const { items: executions, complete } = await pastExecutions()
    for (const { type, target, before, after } of plan.actions) {
      const past = executions.filter((one) => resourceKey(one.target) === resourceKey(target) && mayHaveChanged(one))
      const cycles = cyclesIn(past, digestOf(before), digestOf(after))
      if (cycles.length < 2 && cycles.every(({ back }) => back.undoes !== undefined)) continue
      const who = cycles.map(({ there, back }) => `${there.id} and ${back.id}`).join(', ')
      const because = `${type} would begin again what executions ${who} did to ${describeResource(target)} and took back`
      return { kind: 'deny', because }
    }
    return complete ? { kind: 'abstain' } : pastIsCutOff
  },
}

interface Cycle {
  /** Went from the one state to the other. */
  readonly there: PastExecution
  /** Later brought the first state back, maybe over others. */
  readonly back: PastExecution
}

/** The cycles through two states, oldest first; a state that stays the same is none. */
function cyclesIn(past: readonly PastExecution[], from: string, to: string): readonly Cycle[] {
  if (from === to) return []
  const cycles: Cycle[] = []
  let there: PastExecution | undefined
  for (const one of past.toReversed()) {
    if (one.before === from && one.after === to) there = one
    if (there === undefined || one.after !== from || one.before === from) continue
    cycles.push({ there, back: one })
    there = undefined
  }
  return cycles
}
