import { expect, test } from 'vitest'
import { unreadable } from './support/gate.ts'
import { freshWorld, openShop, type Shop } from './support/shop.ts'

/** An incident that was given up while nobody knew what its execution did; then the effect can be read. */
async function classifiedLate(): Promise<Shop> {
  const world = freshWorld()
  world.unreadable = true
  const shop = openShop({ world, settings: { execution: { maxReads: 1_000, maxInFlight: 1 } } })
  await shop.fire()
  await shop.untilTrue('an outcome is unknown', async () => {
    return (await shop.mendkit.executions.list({ states: ['unknown'] })).length === 1
  })
  shop.gate.symptoms = unreadable
  await shop.until('escalated')
  shop.gate.symptoms = undefined
  world.unreadable = false
  await shop.untilTrue('the effect was seen', async () => {
    return (await shop.mendkit.executions.list({ states: ['observed'] })).length === 1
  })
  return shop
}

async function ended(shop: Shop, state: 'succeeded' | 'failed'): Promise<string | undefined> {
  await shop.untilTrue(`the execution is ${state}`, async () => {
    return (await shop.mendkit.executions.list({ states: [state] })).length === 1
  })
  const { id } = await shop.incident()
  return (await shop.mendkit.incidents.timeline(id)).executions[0]?.verification?.verdict
}

test('what was seen to be done only after its incident was escalated is verified there, and the incident resolves', async () => {
  const shop = await classifiedLate()
  await shop.clear()
  expect(await ended(shop, 'succeeded')).toBe('recovered')
  await shop.until('resolved')
  expect((await shop.incident()).reason).toBe('resolved-after-effect')
  await shop.stop()
})

test('a verdict that it did not help is told too, nothing is undone, and locks and caps are free again', async () => {
  const shop = await classifiedLate()
  shop.world.health = 0.2
  await shop.fire()
  expect(await ended(shop, 'failed')).toBe('worse')
  expect(await shop.phase()).toBe('escalated')
  expect(shop.world.effects).toHaveLength(1)
  await shop.untilTrue('it was told', () => shop.notices.some(({ body }) => body.includes('verified as worse')))
  shop.world.flag = { ...shop.world.flag, on: true, version: 9 }
  await shop.clock.advance(3_600_000)
  await shop.mendkit.incidents.diagnose((await shop.incident()).id)
  await shop.untilTrue('it acts again', () => shop.world.effects.length === 2)
  await shop.stop()
})
