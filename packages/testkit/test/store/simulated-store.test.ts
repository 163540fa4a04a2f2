import { type LogKeys, memoryState, type Store } from '@mendkit/core'
import { callContext, holdsTo, type StoreSubject, simulatedStore, storeContract, virtualClock } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'

const ctx = callContext()
const change = { tenant: 'acme', expect: [], put: [{ kind: 'counter', name: 'c', add: 1 }], audit: [] } as const

async function subject(): Promise<StoreSubject> {
  const clock = virtualClock()
  const state = memoryState()
  const another = async (keys?: LogKeys): Promise<Store> => {
    const store = simulatedStore(state)
    await store.open({ clock, ...keys }, ctx)
    return store
  }
  return { store: await another(), another, passTime: (ms) => clock.advance(ms) }
}

holdsTo(test, 'the simulated store', storeContract, subject)

describe('simulatedStore', () => {
  test('says that it is durable, and what was committed outlives a kill', async () => {
    const clock = virtualClock()
    const state = memoryState()
    const first = simulatedStore(state)
    await first.open({ clock }, ctx)
    await first.commit(change, ctx)
    first.kill()
    const second = simulatedStore(state)
    await second.open({ clock }, ctx)
    expect([second.durable, await second.counter('acme', 'c', ctx)]).toEqual([true, 1])
  })

  test('answers nothing any more once killed, neither what was under way nor what comes later', async () => {
    const clock = virtualClock()
    const state = memoryState()
    const store = simulatedStore(state)
    await store.open({ clock }, ctx)
    let answers = 0
    const answered = () => {
      answers += 1
    }
    void store.commit(change, ctx).then(answered, answered)
    store.kill()
    void store.counter('acme', 'c', ctx).then(answered, answered)
    void store.commit({ ...change, tenant: '' }, ctx).then(answered, answered)
    await clock.advance(1_000)
    expect(answers).toBe(0)
    const next = simulatedStore(state)
    await next.open({ clock }, ctx)
    expect([0, 1]).toContain(await next.counter('acme', 'c', ctx))
  })
})
