import { resourceKey } from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { flagOf, freshPair, openPair } from './support/pair.ts'
import { freshWorld, openShop } from './support/shop.ts'

test('an object that another incident changed since the decision gets no further effect without a person', async () => {
  const world = freshWorld()
  // Somebody puts the flag back at once, so that both incidents still see what they decided on.
  world.afterWrite = () => {
    world.flag = { ...world.flag, on: true, version: world.flag.version + 1 }
  }
  const shop = openShop({ world })
  await shop.mendkit.pause()
  await shop.fire(['CheckoutBroken'])
  await shop.fire(['CartBroken'], { resource: 'cart' })
  const phases = async () => (await shop.mendkit.incidents.list()).map(({ phase }) => phase)
  await shop.untilTrue('both are about to act', async () => (await phases()).join() === 'remediating,remediating')
  await shop.mendkit.resume()
  await shop.untilTrue('one has acted', async () => (await phases()).includes('verifying'))
  const [acted] = await shop.mendkit.incidents.list({ phases: ['verifying'] })
  const resource = acted?.resource?.name ?? ''
  await shop.clear([resource === 'cart' ? 'CartBroken' : 'CheckoutBroken'], { resource })
  await shop.untilTrue('the other one asks', async () => (await phases()).includes('awaiting-approval'))
  expect(world.effects).toHaveLength(1)
  const [question] = await shop.mendkit.approvals.list()
  expect(question?.actions[0]?.doubts).toEqual(['changed-by-us-within-cooldown'])
  await shop.stop()
})

test('the cooldown counts for every action of a plan, not for the first alone', async () => {
  const world = freshPair()
  const shop = openPair(world, { cooldownMs: 3_600_000 })
  await shop.mendkit.pause()
  await shop.fire(['ReleaseBroken'], { resource: 'release' })
  await shop.untilTrue('it is about to act', async () => (await shop.phase()) === 'remediating')
  // Between the two actions of the plan another incident changes the second object, and is done with it.
  world.afterWrite = async (name) => {
    if (name !== 'checkout') return
    world.afterWrite = undefined
    const lock = { tenant: 'default', id: resourceKey(flagOf('cart')), lastEffectAt: shop.clock.now(), revision: 0 }
    const put = [{ kind: 'document', table: 'lock', row: lock } as const]
    await shop.store.commit({ tenant: 'default', expect: [], put, audit: [] }, callContext())
  }
  await shop.mendkit.resume()
  await shop.until('verifying')
  expect(world.effects).toEqual(['checkout'])
  await shop.stop()
})
