import { describe, expect, test } from 'vitest'
import { freshPair, openPair, type PairWorld } from './support/pair.ts'
import type { Shop } from './support/shop.ts'

const release = { resource: 'release' }

async function untilVerdict(shop: Shop): Promise<string | undefined> {
  await shop.until('verifying')
  await shop.fire(['ReleaseBroken'], release)
  await shop.until('escalated')
  return (await shop.incident()).reason
}

/** The states of the executions of the release, in order of their intents. */
async function states(shop: Shop): Promise<readonly string[]> {
  const { id: incidentId } = await shop.incident()
  return (await shop.mendkit.executions.list({ incidentId })).map(({ state }) => state)
}

/** Another incident may act on the flag that the plan had changed: neither lock nor cap is left behind. */
async function expectFree(shop: Shop, world: PairWorld): Promise<void> {
  const before = world.effects.length
  world.flags.checkout = { ...world.flags.checkout, on: true, version: world.flags.checkout.version + 1 }
  await shop.fire(['CheckoutBroken'], { resource: 'checkout' })
  await shop.untilTrue('the checkout flag was turned off again', () => world.effects.length > before)
  expect(world.effects.slice(before)).toEqual(['checkout'])
}

describe('what was measured before is compared with the same object after', () => {
  test('two that are as they were are not worse, however they differ from each other', async () => {
    const world = { ...freshPair(), health: { checkout: 0.9, cart: 0.2 } }
    const shop = openPair(world)
    await shop.fire(['ReleaseBroken'], release)
    expect(await untilVerdict(shop)).toBe('not-recovered')
    expect(world.effects).toEqual(['checkout', 'cart'])
    expect(await states(shop)).toEqual(['failed', 'failed'])
    await shop.stop()
  })

  test('one that is worse is undone, though it is still better than the other was', async () => {
    const world = { ...freshPair(), health: { checkout: 0.2, cart: 0.9 } }
    world.afterWrite = (name) => {
      if (name === 'cart') world.health.cart = 0.5
    }
    const shop = openPair(world)
    await shop.fire(['ReleaseBroken'], release)
    expect(await untilVerdict(shop)).toBe('undone')
    expect(world.effects).toEqual(['checkout', 'cart', 'cart', 'checkout'])
    expect(world.flags).toMatchObject({ checkout: { on: true }, cart: { on: true } })
    await shop.stop()
  })
})

describe('when the second action of a plan goes wrong, the first is not left behind', () => {
  test('its outcome stays unknown: the first ends as it stands, only the second keeps its lock', async () => {
    const world = freshPair()
    world.unreadable = 'cart'
    const shop = openPair(world)
    await shop.fire(['ReleaseBroken'], release)
    await shop.until('escalated')
    expect(await states(shop)).toEqual(['escalated', 'unknown'])
    await expectFree(shop, world)
    await shop.stop()
  })

  test('a person settles it: the first ends with it', async () => {
    const world = freshPair()
    world.unreadable = 'cart'
    const shop = openPair(world, { maxReads: 1_000 })
    await shop.fire(['ReleaseBroken'], release)
    await shop.until('remediating')
    await shop.untilTrue('the second is unknown', async () => (await states(shop)).at(1) === 'unknown')
    const [unknown] = await shop.mendkit.executions.list({ states: ['unknown'] })
    await shop.mendkit.executions.settle(unknown?.id ?? '', { outcome: 'not-applied', because: 'I looked' })
    await shop.until('escalated')
    expect(await states(shop)).toEqual(['escalated', 'no-effect'])
    await expectFree(shop, world)
    await shop.stop()
  })

  test('it is refused: the first is undone', async () => {
    const world = freshPair()
    world.refuses = 'cart'
    const shop = openPair(world)
    await shop.fire(['ReleaseBroken'], release)
    await shop.until('escalated')
    expect((await shop.incident()).reason).toBe('undone')
    await shop.untilTrue('a person was called', () => shop.notices.length > 0)
    expect(shop.notices.at(-1)?.body).toContain('a later action of the plan failed')
    expect(shop.notices.at(-1)?.body).not.toContain('worse')
    expect(await states(shop)).toEqual(['undone', 'failed', 'succeeded'])
    expect(world.flags.checkout.on).toBe(true)
    await expectFree(shop, world)
    await shop.stop()
  })

  test('it is refused and the first cannot be undone: the first ends as it stands', async () => {
    const world = freshPair()
    world.refuses = 'cart'
    const shop = openPair(world)
    world.afterWrite = () => {
      world.flags.checkout = { ...world.flags.checkout, on: true, version: world.flags.checkout.version + 1 }
    }
    await shop.fire(['ReleaseBroken'], release)
    await shop.until('escalated')
    expect((await shop.incident()).reason).toBe('undo-impossible')
    await shop.untilTrue('a person was called', () => shop.notices.length > 0)
    expect(shop.notices.at(-1)?.body).not.toContain('worse')
    expect(await states(shop)).toEqual(['escalated', 'failed'])
    delete world.afterWrite
    await expectFree(shop, world)
    await shop.stop()
  })
})
