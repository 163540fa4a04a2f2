import type { Clock } from '../ports/clock.ts'

/** Which model to ask; `probe` when the call is the one that finds out whether it is up again. */
interface Choice {
  readonly index: number
  readonly probe: boolean
}

/** Which of several models are up. */
export interface Health {
  /**
   * Which model to ask next, past those that this call has tried. One whose rest is over is tried by one call at a time. When
   * all rest, a call that has tried none gets the one that rests the shortest.
   */
  next(tried: ReadonlySet<number>): Choice | undefined
  /** The call came to an end of which nothing can be learnt, or found the model up. */
  settle(choice: Choice, found: 'up' | 'nothing'): void
  /** The model is down: it rests for at least so long. */
  rest(index: number, ms: number): void
}

type Model = { readonly kind: 'up' } | { readonly kind: 'resting'; readonly until: number; readonly probed: boolean }

/** Remembers of each model whether it is up, and until when it rests; nothing else. */
export function createHealth(models: number, clock: Clock): Health {
  const state: Model[] = Array.from({ length: models }, () => ({ kind: 'up' }))

  function isAskable(model: Model): boolean {
    return model.kind === 'up' || (!model.probed && model.until <= clock.monotonic())
  }

  /** The model that rests the shortest; a call may as well try it when there is no other. */
  function shortest(): number {
    const until = state.map((one) => (one.kind === 'up' ? 0 : one.until))
    return until.indexOf(Math.min(...until))
  }

  return {
    next(tried) {
      const index = state.findIndex((one, at) => !tried.has(at) && isAskable(one))
      if (index < 0) return tried.size === 0 ? { index: shortest(), probe: false } : undefined
      const one = state[index]
      if (one?.kind === 'resting') state[index] = { ...one, probed: true }
      return { index, probe: one?.kind === 'resting' }
    },
    settle({ index, probe }, found) {
      const one = state[index]
      if (found === 'up') state[index] = { kind: 'up' }
      else if (probe && one?.kind === 'resting') state[index] = { ...one, probed: false }
    },
    rest(index, ms) {
      state[index] = { kind: 'resting', until: clock.monotonic() + ms, probed: false }
    },
  }
}
