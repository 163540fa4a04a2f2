import { virtualClock } from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { freshWorld, openShop, setFlag } from './support/shop.ts'

test('a process that was suspended between two requests of an effect learns that its lease is over before any timer tells it', async () => {
  const clock = virtualClock()
  let suspendedMs = 0
  const world = freshWorld()
  const action = setFlag(world)
  const refusals: unknown[] = []
  let calls = 0
  const careful: typeof action = {
    ...action,
    async execute(input, ctx) {
      calls += 1
      ctx.assertInTime?.()
      // A stopped process: time goes by, and none of its timers has fired when it goes on.
      if (calls === 1) suspendedMs = 60_000
      try {
        ctx.assertInTime?.()
      } catch (error) {
        refusals.push(error)
        suspendedMs = 0
        throw error
      }
      await action.execute(input, ctx)
    },
  }
  const monotonic = () => clock.monotonic() + suspendedMs
  const shop = openShop({ clock: { ...clock, monotonic }, world, action: careful })
  await shop.fire()
  await shop.until('verifying')
  expect(refusals).toEqual([expect.objectContaining({ code: 'unavailable', effect: 'none' })])
  expect([calls, world.effects.length]).toEqual([2, 1])
  await shop.stop()
})
