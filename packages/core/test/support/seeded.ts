/** Chance that is the same for the same seed (mulberry32). */
export interface Seeded {
  /** A whole number from 0 to below `end`. */
  below(end: number): number
  /** One of these. */
  pick<Value>(values: readonly Value[]): Value
}

/** Chance from a seed of 32 bits. */
export function seeded(seed: number): Seeded {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const below = (end: number) => next() % end
  return {
    below,
    pick<Value>(values: readonly Value[]): Value {
      if (values.length === 0) throw new Error('there is nothing to choose from')
      return values[below(values.length)] as Value
    },
  }
}
