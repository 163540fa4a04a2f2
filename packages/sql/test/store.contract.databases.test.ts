import type { LogKeys, Put, Store } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { callContext, holdsTo, type StoreSubject, storeContract, virtualClock } from '@mendkit/testkit'
import { test } from 'vitest'
import { makeDatabase, type RealDatabase, servers, withoutServers } from './databases.ts'

async function subject(kind: RealDatabase['kind']): Promise<StoreSubject & AsyncDisposable> {
  const { url, run } = await makeDatabase(kind)
  const clock = virtualClock()
  const opened: Store[] = []
  let passed = 0
  const another = async (keys?: LogKeys) => {
    const store = sqlStore(url, { maxConnections: 4 })
    await store.open({ clock, ...keys }, callContext())
    opened.push(store)
    return ahead(store, () => passed)
  }
  return {
    store: await another(),
    another,
    async passTime(ms) {
      passed += ms
      await run(`update mendkit_due set due_at = due_at - ${ms}, lease_until = greatest(lease_until - ${ms}, 0)`)
    },
    async [Symbol.asyncDispose]() {
      for (const store of opened) await store.close()
    },
  }
}

/**
 * The store as if some time had passed. Its time is the server's own, which no test can move; that time goes by is the same as
 * that every moment in the tables comes nearer, and whoever asks is told the moments as they were.
 */
function ahead(store: Store, passed: () => number): Store {
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

for (const kind of servers) {
  holdsTo(
    (name, run) => test(name, { timeout: 120_000 }, run),
    `the store on ${kind}`,
    storeContract,
    () => subject(kind),
  )
}

if (servers.length === 0) test('the store on servers', ({ skip }) => skip(withoutServers))
