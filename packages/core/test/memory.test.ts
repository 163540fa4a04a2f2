import { type LogKeys, type MemoryState, memoryState, memoryStore, type Store, storeOverMemory } from '@mendkit/core'
import { callContext, holdsTo, type StoreSubject, storeContract, virtualClock } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'

async function subject(): Promise<StoreSubject> {
  const clock = virtualClock()
  const state: MemoryState = memoryState()
  const another = async (keys?: LogKeys): Promise<Store> => {
    const store = storeOverMemory(state, { id: 'memory', durable: false })
    await store.open({ clock, ...keys }, callContext())
    return store
  }
  return { store: await another(), another, passTime: (ms) => clock.advance(ms) }
}

holdsTo(test, 'the store in memory', storeContract, subject)

describe('memoryStore', () => {
  test('says that it is not durable and forgets nothing between close and open', async () => {
    const store = memoryStore()
    const clock = virtualClock()
    await store.open({ clock }, callContext())
    const put = [{ kind: 'counter', name: 'c', add: 2 }] as const
    await store.commit({ tenant: 'acme', expect: [], put, audit: [] }, callContext())
    await store.close()
    await store.open({ clock }, callContext())
    expect(await store.counter('acme', 'c', callContext())).toBe(2)
    expect(store.durable).toBe(false)
  })
})
