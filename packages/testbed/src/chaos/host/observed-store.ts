import type { Change, CommitResult, Store } from '@mendkit/core'
import type { CommittedEntry } from './orders.ts'
import type { Points } from './self-kill.ts'

/** A store with a point before and behind every commit, that reports what it was told to be durable. */
export function observedStore(
  store: Store,
  points: Points,
  committed: (entries: readonly CommittedEntry[]) => Promise<void>,
): Store {
  return {
    ...store,
    async commit(change, ctx) {
      const types = new Set(change.audit.map((draft) => draft.type))
      await points.reach('before commit')
      for (const type of types) await points.reach(`before commit of ${type}`)
      const result = await store.commit(change, ctx)
      const entries = entriesOf(change, result)
      if (entries.length > 0) await committed(entries)
      for (const type of types) await points.reach(`after commit of ${type}`)
      return result
    },
  }
}

function entriesOf(change: Change, result: CommitResult): readonly CommittedEntry[] {
  if (result.kind !== 'committed') return []
  return change.audit.flatMap(({ type, subject }, index) => {
    const seq = result.seqs[index]
    return seq === undefined ? [] : [{ seq, type, subject: subject.id }]
  })
}
