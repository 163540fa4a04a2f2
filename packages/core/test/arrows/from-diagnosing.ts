import { expect } from 'vitest'
import { freshWorld, openShop } from '../support/shop.ts'
import { cannotGoOn, clears, closes, type ScenariosFrom, taken } from './scenario.ts'

/** What an incident can do while it is diagnosed. */
export const fromDiagnosing: ScenariosFrom<'diagnosing'> = {
  'diagnosing → deciding': {
    async drive() {
      const shop = openShop()
      await shop.fire()
      const { id } = await taken(shop, 'diagnosing', 'deciding')
      const story = await shop.mendkit.incidents.timeline(id, { format: 'markdown' })
      expect(story).toContain('the checkout flag broke the shop')
      return shop
    },
  },
  'diagnosing → handed-over': {
    reason: 'no-diagnosis',
    async drive() {
      const world = freshWorld()
      world.flag = { ...world.flag, on: false }
      const shop = openShop({ world })
      await shop.fire()
      await taken(shop, 'diagnosing', 'handed-over')
      await shop.untilTrue('people were told', () => shop.notices.length > 0)
      expect(shop.notices).toMatchObject([{ urgency: 'info' }])
      expect(world.effects).toEqual([])
      return shop
    },
  },
  'diagnosing → resolved': clears('diagnosing'),
  'diagnosing → escalated': cannotGoOn('diagnosing'),
  'diagnosing → closed': closes('diagnosing'),
}
