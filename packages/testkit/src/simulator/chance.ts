/** Chance that a seed determines: the same seed gives the same numbers on every machine and Node version. */
export interface Chance {
  /** From 0 up to but not including 1, in steps of 2^-32. */
  number(): number
  /** A whole number from 0 up to but not including `end`. */
  below(end: number): number
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number
  /** True with this probability. */
  happens(probability: number): boolean
  /** One of them. Throws a `RangeError` for an empty list. */
  pick<Item>(items: readonly Item[]): Item
  /** `length` bytes in hex. */
  hex(length: number): string
  /** Chance of its own: what is drawn from it changes nothing here but this one draw. */
  fork(): Chance
}

/**
 * Chance from a seed, a whole number from 0 to 2^53 - 1. It is sfc32 (Chris Doty-Humphrey's small fast chaotic
 * generator): 128 bits of state, of which the counter alone makes cycles shorter than 2^32 impossible, four additions and
 * a few shifts a number. Neighbouring seeds are as unlike as any two: the state is warmed up first.
 */
export function seededChance(seed: number): Chance {
  return chanceFrom(seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0)
}

/** Numbers that are dropped before the first one counts. */
const WARM_UP = 15

function chanceFrom(low: number, high: number): Chance {
  let a = low | 0
  let b = high | 0
  let c = 0x9e3779b9 | 0
  let counter = 1

  function next(): number {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return sum >>> 0
  }
  for (let drop = 0; drop < WARM_UP; drop += 1) next()

  const number = () => next() / 2 ** 32
  const below = (end: number) => Math.floor(number() * end)
  return {
    number,
    below,
    between: (from, to) => from + below(to - from + 1),
    happens: (probability) => number() < probability,
    pick<Item>(items: readonly Item[]) {
      if (items.length === 0) throw new RangeError('nothing can be picked from an empty list')
      return items[below(items.length)] as Item
    },
    hex(length) {
      let text = ''
      while (text.length < length * 2) text += next().toString(16).padStart(8, '0')
      return text.slice(0, length * 2)
    },
    fork: () => chanceFrom(next(), next()),
  }
}
