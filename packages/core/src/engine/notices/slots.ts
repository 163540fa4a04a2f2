/** Runs a piece of work as soon as one of the slots is free, in the order of asking. */
export type Slots = <Result>(work: () => Promise<Result>) => Promise<Result>

/** A bound on work at once. Callers wait in a list, so they bound among themselves how many ask. */
export function createSlots(max: number): Slots {
  let free = max
  const waiting: (() => void)[] = []
  return async (work) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) free += 1
      else next()
    }
  }
}
