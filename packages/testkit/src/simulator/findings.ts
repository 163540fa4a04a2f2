import type { Violation } from './check.ts'
import type { Trace } from './trace.ts'

/** What a simulation has found so far. */
export interface Findings {
  readonly violations: readonly Violation[]
  /** Takes down that a promise does not hold. */
  readonly violated: (check: string, because: string) => void
  /** Takes down that the simulation itself has failed. */
  readonly broke: (error: unknown) => void
  /**
   * Does something of the simulation's own in the middle of a call of the engine: when it fails, that must not look to the
   * engine like one more fault that it can survive.
   */
  readonly own: (run: () => void) => void
  isEmpty(): boolean
  /** Throws when the simulation itself has failed. */
  throwIfBroken(seed: number): void
}

/** Nothing found yet. */
export function createFindings(trace: Trace, step: () => number): Findings {
  const violations: Violation[] = []
  const broken: unknown[] = []
  const broke = (error: unknown) => void broken.push(error)
  return {
    violations,
    violated(check, because) {
      trace.note(`violation ${check}: ${because}`)
      violations.push({ check, because, step: step() })
    },
    broke,
    own(run) {
      try {
        run()
      } catch (error) {
        broke(error)
      }
    },
    isEmpty: () => violations.length + broken.length === 0,
    throwIfBroken(seed) {
      if (broken.length === 0) return
      const [cause] = broken
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new Error(`the simulation of seed ${seed} failed itself at step ${step()}: ${why}`, { cause })
    },
  }
}
