/** Choices that are the same for the same seed. */
export interface Seeded {
  /** A whole number from 0 up to, and without, `below`. */
  below(below: number): number
  /** One of them; each is as likely as the others. */
  oneOf<Item>(items: readonly [Item, ...Item[]]): Item
}

/** Starts a row of choices (mulberry32). */
export function seeded(seed: number): Seeded {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (bound: number) => Math.floor(next() * bound)
  return { below, oneOf: (items) => items[below(items.length)] ?? items[0] }
}
