import type { StoredObject } from './schemas.ts'

/** What objects were before they changed, for as many changes as are remembered. */
export interface ObjectHistory {
  /** Takes down what an object was right before a change, undefined when there was none, and the version until then. */
  note(key: string, before: StoredObject | undefined, version: number): void
  /** What has changed since a moment: each object as it was then, and the version of then unless nothing has. */
  since(at: number): {
    readonly before: ReadonlyMap<string, StoredObject | undefined>
    readonly version: number | undefined
  }
}

/** As far as a cache may lag behind in a cluster that changes a lot. */
const MOST_CHANGES = 2_000

/** An empty history. */
export function objectHistory(now: () => number): ObjectHistory {
  let changes: {
    readonly at: number
    readonly key: string
    readonly before: StoredObject | undefined
    readonly version: number
  }[] = []
  return {
    note(key, before, version) {
      if (changes.length >= MOST_CHANGES) changes = changes.slice(MOST_CHANGES / 2)
      changes.push({ at: now(), key, before, version })
    },
    since(at) {
      const later = changes.slice(changes.findLastIndex((change) => change.at <= at) + 1)
      // The first change since then tells how it was.
      const before = new Map(later.toReversed().map((change) => [change.key, change.before]))
      return { before, version: later[0]?.version }
    },
  }
}
