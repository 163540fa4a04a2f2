import { MendkitError } from '@mendkit/core'
import { expect } from 'vitest'
import { freshWorld, openShop } from '../support/shop.ts'
import { closes, resolves, type ScenariosFrom, taken } from './scenario.ts'

/** What an incident can do while its plan is carried out. */
export const fromRemediating: ScenariosFrom<'remediating'> = {
  'remediating → verifying': {
    async drive() {
      const shop = openShop()
      await shop.fire()
      await taken(shop, 'remediating', 'verifying')
      expect(shop.world.flag.on).toBe(false)
      expect(await shop.mendkit.executions.list()).toMatchObject([{ id: shop.world.effects[0], state: 'observed' }])
      return shop
    },
  },
  'remediating → deciding': {
    async drive() {
      const world = freshWorld()
      world.beforeWrite = () => {
        world.beforeWrite = undefined
        world.flag = { ...world.flag, uid: 'flag-2', version: world.flag.version + 1 }
      }
      const shop = openShop({ world })
      await shop.fire()
      await taken(shop, 'remediating', 'deciding')
      const [first] = await shop.mendkit.executions.list()
      expect(first).toMatchObject({ state: 'no-effect', sends: 1 })
      expect(world.effects).not.toContain(first?.id)
      return shop
    },
  },
  'remediating → escalated': {
    reason: 'execution-failed',
    async drive() {
      const world = freshWorld()
      world.beforeWrite = () => {
        throw new MendkitError('rejected', 'the flag store says no')
      }
      const shop = openShop({ world })
      await shop.fire()
      const { id } = await taken(shop, 'remediating', 'escalated')
      await shop.untilTrue('a person was called', () => shop.notices.some(({ urgency }) => urgency === 'page'))
      expect(await shop.mendkit.executions.list()).toMatchObject([{ state: 'failed' }])
      const story = await shop.mendkit.incidents.timeline(id, { format: 'markdown' })
      expect(story).toContain('the flag store says no')
      expect(world.effects).toEqual([])
      return shop
    },
  },
  'remediating → resolved': resolves('remediating'),
  'remediating → closed': closes('remediating'),
}
