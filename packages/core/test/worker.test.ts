import type { Clock, Store } from '@mendkit/core'
import { callContext, simulatedStore, virtualClock } from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { openShop } from './support/shop.ts'

/** No sweep comes to the rescue while these tests run. */
const settings = { engine: { workers: 1, sweepMs: 3_600_000 } }
const autonomy = { default: 'suggest' } as const

test('more incidents than workers are worked off one after the other, without waiting for a sweep', async () => {
  const clock = virtualClock()
  const shop = openShop({
    clock,
    settings,
    autonomy,
    telemetry: {
      // A step that has committed is not over before its span is.
      async span({ name }, run) {
        const result = await run(undefined)
        if (name === 'mendkit.step') await clock.sleep(10, new AbortController().signal)
        return result
      },
    },
  })
  await shop.fire(['CheckoutBroken'], { resource: 'checkout' })
  await shop.fire(['CartBroken'], { resource: 'cart' })
  await shop.fire(['SearchBroken'], { resource: 'search' })
  await shop.clock.advance(60_000)
  const incidents = await shop.mendkit.incidents.list()
  expect(incidents.map(({ phase }) => phase)).toEqual(['suggested', 'suggested', 'suggested'])
  await shop.stop()
})

test('an incident whose step somebody else overtook is looked at again at once', async () => {
  const store = simulatedStore()
  let overtaken = 0
  const shop = openShop({
    settings: { engine: { ...settings.engine, workers: 4 } },
    autonomy,
    store: {
      ...store,
      async commit(change, ctx) {
        const isStep = change.expect.some(({ kind }) => kind === 'lease')
        if (!isStep || overtaken === 2) return store.commit(change, ctx)
        overtaken += 1
        return { kind: 'conflict', because: 'somebody else was first' }
      },
    },
  })
  await shop.fire()
  await shop.clock.advance(60_000)
  expect(overtaken).toBe(2)
  expect(await shop.phase()).toBe('suggested')
  await shop.stop()
})

/** A store that answers one call after the other, each in `takes.ms`. */
function oneByOne(store: Store, clock: Clock, takes: { readonly ms: number }): Store {
  const { signal } = new AbortController()
  let line: Promise<unknown> = Promise.resolve()
  const slow =
    (call: (...given: unknown[]) => unknown) =>
    (...given: unknown[]) => {
      const turn = line.then(() => (takes.ms > 0 ? clock.sleep(takes.ms, signal) : undefined))
      line = turn
      return turn.then(() => call(...given))
    }
  const entries = Object.entries(store).map(([name, member]: [string, unknown]) => [
    name,
    typeof member === 'function' ? slow(member as (...given: unknown[]) => unknown) : member,
  ])
  return Object.fromEntries(entries) as Store
}

test('more incidents than the store can answer for within a lease are all worked off', async () => {
  const clock = virtualClock()
  const takes = { ms: 2 }
  let claims = 0
  const plain = simulatedStore()
  const counted: Store = {
    ...plain,
    async claim(wanted, ctx) {
      const claimed = await plain.claim(wanted, ctx)
      claims += claimed.length
      return claimed
    },
  }
  const shop = openShop({
    clock,
    autonomy,
    store: oneByOne(counted, clock, takes),
    settings: {
      engine: { workers: 200, sweepMs: 1_000, leaseMs: 1_000, leaseMarginMs: 300 },
      intake: { maxPendingBatches: 200 },
    },
  })
  const names = Array.from({ length: 200 }, (_, index) => `flag-${index}`)
  const fired = names.map((resource) => shop.fire(['Broken'], { resource }))
  await clock.advance(40_000)
  const incidents = await plain.list('incident', { limit: 1_000 }, callContext())
  expect(incidents.map(({ phase }) => phase)).toEqual(names.map(() => 'suggested'))
  await Promise.all(fired)
  // Opened, diagnosed, decided, planned: no step lost its lease and was made again.
  expect(claims).toBe(4 * names.length)
  takes.ms = 0
  await shop.stop()
})
