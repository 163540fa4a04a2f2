import type { Put, Store } from '@mendkit/core'

/**
 * The store as if some time had passed. Its time is the server's own, which no test can move; that time goes by is the same as
 * that every moment in the tables comes nearer, and whoever asks is told the moments as they were.
 */
export function ahead(store: Store, passed: () => number): Store {
  return {
    ...store,
    now: async (ctx) => (await store.now(ctx)) + passed(),
    async nextDueAt(ctx) {
      const next = await store.nextDueAt(ctx)
      return next === undefined ? undefined : next + passed()
    },
    commit: (change, ctx) => store.commit({ ...change, put: change.put.map((put) => nearer(put, passed())) }, ctx),
  }
}

function nearer(put: Put, passed: number): Put {
  return put?.kind === 'schedule' && typeof put.dueAt === 'number' ? { ...put, dueAt: put.dueAt - passed } : put
}
