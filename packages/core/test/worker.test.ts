import { simulatedStore, virtualClock } from '@mendkit/testkit'
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
