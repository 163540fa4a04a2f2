import type { Execution } from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import { expect } from 'vitest'
import { freshWorld, openShop, type Shop } from '../support/shop.ts'
import { closes, goesOn, type ScenariosFrom, standing, taken } from './scenario.ts'

/** What an incident can do while its fix is verified. */
export const fromVerifying: ScenariosFrom<'verifying'> = {
  'verifying → resolved': {
    reason: 'remediated',
    async drive() {
      const shop = await standing('verifying')
      await shop.clear()
      await goesOn(shop, 'verifying', 'resolved')
      await shop.untilTrue('people were told', () => shop.notices.length > 0)
      expect(shop.notices).toMatchObject([{ urgency: 'info' }])
      expect(await shop.mendkit.executions.list()).toMatchObject([{ state: 'succeeded' }])
      return shop
    },
  },
  'verifying → remediating': {
    async drive() {
      const world = freshWorld()
      world.health = 0.5
      world.afterWrite = () => {
        world.health = 0.1
      }
      const shop = openShop({ world })
      await shop.fire()
      await shop.until('verifying')
      expect(world.flag.on).toBe(false)
      await shop.fire()
      await taken(shop, 'verifying', 'remediating')
      await shop.until('escalated')
      expect(world.flag.on).toBe(true)
      return shop
    },
  },
  'verifying → escalated': {
    reason: 'not-recovered',
    async drive() {
      const world = freshWorld()
      world.health = 0.5
      const shop = openShop({ world })
      await shop.fire()
      await shop.until('verifying')
      await shop.fire()
      await taken(shop, 'verifying', 'escalated')
      await shop.untilTrue('a person was called', () => shop.notices.some(({ urgency }) => urgency === 'page'))
      expect(await shop.mendkit.executions.list()).toMatchObject([{ state: 'failed' }])
      expect(world.effects).toHaveLength(1)
      return shop
    },
  },
  'verifying → closed': closes('verifying', verifyingNothing),
}

/**
 * What is verified is in flight, so that the engine itself never leaves an incident here without one. A store that was
 * restored or repaired by hand may, and a person must be able to close what is left over.
 */
async function verifyingNothing(): Promise<Shop> {
  const shop = await standing('verifying')
  const [execution] = await shop.mendkit.executions.list()
  const row: Execution = { ...(execution as Execution), state: 'escalated' }
  const put = [{ kind: 'document', table: 'execution', row }] as const
  const result = await shop.store.commit({ tenant: 'default', expect: [], put, audit: [] }, callContext())
  expect(result.kind).toBe('committed')
  return shop
}
