import { type EffectInput, MendkitError, memoryState } from '@mendkit/core'
import { simulatedStore, virtualClock } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { freshWorld, openShop, type World } from './support/shop.ts'

/** What is told of an effect, without what differs from run to run. */
function told({ params, target, preview, fence }: EffectInput) {
  return { params, target, preview, fence }
}

async function toldNormally() {
  const shop = openShop()
  await shop.fire()
  await shop.until('verifying')
  await shop.stop()
  expect(shop.world.announced).toHaveLength(1)
  return shop.world.announced.map(told)
}

async function expectToldOnce(world: World): Promise<void> {
  expect(world.effects).toHaveLength(1)
  expect(world.announced.map(({ executionId }) => executionId)).toEqual(world.effects)
  expect(world.announced.map(told)).toEqual(await toldNormally())
}

describe('an effect that was found is announced at its target as one that was seen to happen', () => {
  test('when its reply was lost', async () => {
    const world = freshWorld()
    world.afterWrite = () => {
      throw new MendkitError('unavailable', 'the connection was cut')
    }
    const shop = openShop({ world })
    await shop.fire()
    await shop.until('verifying')
    await shop.stop()
    await expectToldOnce(world)
  })

  test('when the process was killed between the call and its outcome', async () => {
    const clock = virtualClock()
    const state = memoryState()
    const world = freshWorld()
    const store = simulatedStore(state)
    world.afterWrite = () => {
      store.kill()
      return new Promise(() => undefined)
    }
    const killed = openShop({ clock, world, store })
    await killed.fire()
    for (let step = 0; step < 60 && world.effects.length === 0; step += 1) await clock.advance(250)
    const next = openShop({ clock, world, store: simulatedStore(state) })
    await next.until('verifying')
    await next.stop()
    await expectToldOnce(world)
  })
})
