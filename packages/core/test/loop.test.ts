import { expect, test } from 'vitest'
import { openShop } from './support/shop.ts'

test('an alert becomes one verified fix, and the log tells how', async () => {
  const shop = openShop()
  await shop.fire()
  await shop.until('verifying')
  expect(shop.world.flag.on).toBe(false)
  expect(shop.world.effects).toHaveLength(1)
  await shop.clear()
  await shop.until('resolved')
  const [incident] = await shop.mendkit.incidents.list()
  expect(incident?.reason).toBe('remediated')
  const [execution] = await shop.mendkit.executions.list()
  expect(execution?.state).toBe('succeeded')
  expect(await shop.mendkit.audit.verify()).toMatchObject({ verified: true })
  await shop.stop()
})
