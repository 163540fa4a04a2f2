import type { Groups } from './groups.ts'
import { type KeyTime, neighbours, type PlacedKey, storedName } from './place-key.ts'

/** Who holds which key. */
export interface Holders {
  /** Somebody holds the key for starts from `from` until `until`. */
  hold(key: Pick<PlacedKey, 'stored' | 'time'>, who: string, from: number, until: number): void
  /** Everybody who holds the key close enough to its start, in sets that belong together. */
  near(key: PlacedKey): readonly ReadonlySet<string>[]
  /** Ties all who hold a key close enough to each other. */
  tieAll(groups: Groups): void
}

interface Held {
  readonly who: Set<string>
  readonly time: KeyTime | undefined
  from: number
  until: number
}

/** Nobody holds anything yet. */
export function createHolders(): Holders {
  const byKey = new Map<string, Held>()

  function bucketAt(time: KeyTime | undefined): Held | undefined {
    return time && byKey.get(storedName(time))
  }

  return {
    hold({ stored, time }, who, from, until) {
      const held = byKey.get(stored) ?? { who: new Set(), time, from, until }
      held.who.add(who)
      held.from = Math.min(held.from, from)
      held.until = Math.max(held.until, until)
      byKey.set(stored, held)
    },
    near({ stored, time, at }) {
      const here = byKey.get(stored)
      const sets = here === undefined ? [] : [here.who]
      if (time === undefined) return sets
      const [before, after] = neighbours(time).map(bucketAt)
      if (before !== undefined && at - before.until <= time.withinMs) sets.push(before.who)
      if (after !== undefined && after.from - at <= time.withinMs) sets.push(after.who)
      return sets
    },
    tieAll(groups) {
      for (const { who, time, until } of byKey.values()) {
        const [first, ...others] = who
        if (first === undefined) continue
        for (const other of others) groups.tie(first, other)
        const next = bucketAt(time && { ...time, bucket: time.bucket + 1 })
        const [later] = next?.who ?? []
        if (time && next && later !== undefined && next.from - until <= time.withinMs) groups.tie(first, later)
      }
    },
  }
}
