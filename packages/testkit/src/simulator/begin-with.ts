import type { Change, Clock, Store } from '@mendkit/core'
import { callContext } from '../call-context.ts'
import type { Ledger } from './ledger.ts'

/** Puts what the stage begins with into the store, before anything is simulated. Throws for a change that is not taken. */
export async function beginWith(
  store: Store,
  clock: Clock,
  changes: readonly Change[],
  taken: Pick<Ledger, 'take'>,
): Promise<void> {
  if (changes.length === 0) return
  const ctx = callContext()
  await store.open({ clock }, ctx)
  for (const change of changes) {
    const result = await store.commit(change, ctx)
    if (result.kind === 'conflict') throw new Error(`the stage cannot begin like this: ${result.because}`)
    taken.take({ by: 'stage', change }, 0, clock.now())
  }
}
