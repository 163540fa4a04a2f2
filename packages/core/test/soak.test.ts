import { expect, test } from 'vitest'
import { freshWorld, openShop } from './support/shop.ts'

test('the fix of a relapse soaks in full: how long the one before had been good does not count', async () => {
  const world = freshWorld()
  const shop = openShop({
    world,
    settings: { execution: { cooldownMs: 0 }, diagnosis: { minIntervalMs: 0 }, verification: { soakMs: 120_000 } },
  })
  await shop.fire()
  await shop.until('verifying')
  await shop.clear()
  await shop.until('resolved')
  world.flag = { ...world.flag, on: true, version: world.flag.version + 1 }
  await shop.clock.advance(1_000)
  // All is well again before the second fix is looked at for the first time.
  shop.gate.at = 'verifying'
  await shop.fire(['CheckoutBroken'], { since: 'now' })
  await shop.until('verifying')
  expect(world.effects).toHaveLength(2)
  await shop.clear()
  shop.gate.at = undefined
  await shop.clock.advance(110_000)
  expect(await shop.phase()).toBe('verifying')
  await shop.clock.advance(20_000)
  expect(await shop.incident()).toMatchObject({ phase: 'resolved', relapses: 1 })
  await shop.stop()
})
