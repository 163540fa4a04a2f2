import { MendkitError, type Store } from '@mendkit/core'
import { simulatedStore } from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { freshWorld, openShop, type Shop, setFlag } from './support/shop.ts'

const flags = ['checkout', 'cart']

/** A shop whose action may touch two flags, of which only one alerts at first. */
function openWideShop(store: Store = simulatedStore()): Shop {
  const world = freshWorld()
  const action = setFlag(world)
  const blastRadius: typeof action.blastRadius = (_, target) => ({
    resources: flags.map((name) => ({ ...target, name })),
    replicas: 1,
  })
  return openShop({ world, store, action: { ...action, blastRadius } })
}

async function tell(shop: Shop, flag: string, status: 'firing' | 'resolved', startsAt: number): Promise<void> {
  const now = new Date(shop.clock.now()).toISOString()
  const labels = { alertname: 'Slow', flag }
  const alert = {
    labels,
    status,
    startsAt: new Date(startsAt).toISOString(),
    ...(status === 'resolved' && { endsAt: now }),
  }
  await shop.mendkit.ingest({ source: 'am', complete: false, asOf: now, alerts: [alert] })
}

async function phaseOf(shop: Shop, id: string | undefined): Promise<string | undefined> {
  return (await shop.mendkit.incidents.list()).find((incident) => incident.id === id)?.phase
}

test('an alert that began since the effect on what it may have touched keeps the fix unverified until it clears', async () => {
  const shop = openWideShop()
  await shop.fire()
  await shop.until('verifying')
  const [incident] = await shop.mendkit.incidents.list()
  await shop.clock.advance(1_000)
  const began = shop.clock.now()
  await tell(shop, 'cart', 'firing', began)
  await shop.clear()
  await shop.clock.advance(300_000)
  expect(await shop.mendkit.incidents.list()).toHaveLength(2)
  expect(await phaseOf(shop, incident?.id)).toBe('verifying')
  await tell(shop, 'cart', 'resolved', began)
  await shop.clock.advance(300_000)
  expect(await phaseOf(shop, incident?.id)).toBe('resolved')
  await shop.stop()
})

test('when it never clears, the fix did not recover, and the verdict names it', async () => {
  const shop = openWideShop()
  await shop.fire()
  await shop.until('verifying')
  const [incident] = await shop.mendkit.incidents.list()
  await shop.clock.advance(1_000)
  await tell(shop, 'cart', 'firing', shop.clock.now())
  await shop.clear()
  await shop.clock.advance(1_200_000)
  expect(await phaseOf(shop, incident?.id)).toBe('escalated')
  expect((await shop.mendkit.executions.list())[0]?.state).toBe('failed')
  await shop.stop()
})

test('neither an alert that fired before the effect, nor one on what it cannot touch, counts', async () => {
  const shop = openWideShop()
  const before = shop.clock.now()
  await shop.fire()
  await shop.untilTrue(
    'the first alert has its incident',
    async () => (await shop.mendkit.incidents.list()).length === 1,
  )
  await tell(shop, 'cart', 'firing', before)
  for (let step = 0; step < 100 && shop.world.effects.length === 0; step += 1) await shop.clock.advance(1_000)
  const [incident] = await shop.mendkit.incidents.list()
  await shop.clock.advance(1_000)
  await tell(shop, 'search', 'firing', shop.clock.now())
  await shop.clear()
  await shop.clock.advance(300_000)
  expect(await phaseOf(shop, incident?.id)).toBe('resolved')
  await shop.stop()
})

const damaged = new MendkitError('corrupt', 'a row does not read back as what was written')

test('damaged rows of what fires beside it keep no fix from its verdict, and are counted', async () => {
  const store = simulatedStore()
  const shop = openWideShop({ ...store, firingSymptoms: () => Promise.reject(damaged) })
  await shop.fire()
  await shop.until('verifying')
  await shop.clear()
  await shop.until('resolved')
  expect(shop.mendkit.metrics()).toMatch(/^mendkit_corrupt_rows_total [1-9]/m)
  await shop.stop()
})

test('a damaged row of a neighbouring incident keeps no fix from its verdict', async () => {
  const store = simulatedStore()
  let neighbour: string | undefined
  let tries = 0
  const shop = openWideShop({
    ...store,
    members: async (query, ctx) => {
      if (query.incidentId === neighbour) {
        tries += 1
        throw damaged
      }
      return store.members(query, ctx)
    },
  })
  await shop.fire()
  await shop.until('verifying')
  const [incident] = await shop.mendkit.incidents.list()
  await tell(shop, 'cart', 'firing', shop.clock.now() + 1_000)
  await shop.untilTrue('there are two', async () => (await shop.mendkit.incidents.list()).length === 2)
  neighbour = (await shop.mendkit.incidents.list()).find(({ id }) => id !== incident?.id)?.id
  await shop.clear()
  await shop.untilTrue('it is resolved', async () => (await phaseOf(shop, incident?.id)) === 'resolved')
  expect(tries).toBeGreaterThan(0)
  expect((await shop.mendkit.incidents.get(incident?.id ?? ''))?.reason).toBe('remediated')
  await shop.stop()
})
