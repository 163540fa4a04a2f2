/** Choices that follow from a seed alone: the same seed makes the same ones on every machine. */
export interface Chance {
  /** From 0 up to but not including 1. */
  number(): number
  /** A whole number from 0 up to but not including `end`. */
  below(end: number): number
  /** One of these. Throws for an empty list. */
  pick<Item>(items: readonly Item[]): Item
  /** True for this share of all questions. */
  holds(share: number): boolean
}

/** Makes the choices of one seed (mulberry32: 32 bits of state, which are plenty for test data). */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0
  function number(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (end: number) => Math.floor(number() * end)
  return {
    number,
    below,
    holds: (share) => number() < share,
    pick(items) {
      const at = below(items.length)
      if (at >= items.length) throw new Error('nothing to pick from')
      return items[at] as (typeof items)[number]
    },
  }
}
