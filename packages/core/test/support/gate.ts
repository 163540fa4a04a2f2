import { MendkitError, type Phase, type Store } from '@mendkit/core'

/** What keeps the workers of a store from an incident. */
export interface Gate {
  /** While an incident stands here no worker has time for any, so that what comes meanwhile waits for its next step. */
  at?: Phase | undefined
  /** While set, the symptoms of every incident fail to be read with this. */
  symptoms?: Error | undefined
}

/** What a store says of a row that does not read back. */
export const unreadable = new MendkitError('corrupt', 'a symptom does not read back as what was written')

/** A store whose incidents can be held where they stand, between two steps. */
export function gatedStore(store: Store, gate: Gate): Store {
  const isHeld: (ctx: Parameters<Store['now']>[0]) => Promise<boolean> = async (ctx) =>
    gate.at !== undefined && (await store.list('incident', { states: [gate.at], limit: 1 }, ctx)).length > 0
  return {
    ...store,
    claim: async (wanted, ctx) => ((await isHeld(ctx)) ? [] : store.claim(wanted, ctx)),
    nextDueAt: async (ctx) => ((await isHeld(ctx)) ? undefined : store.nextDueAt(ctx)),
    async symptoms(tenant, incidentId, ctx) {
      if (gate.symptoms !== undefined) throw gate.symptoms
      return store.symptoms(tenant, incidentId, ctx)
    },
  }
}
