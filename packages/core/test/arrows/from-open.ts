import { expect } from 'vitest'
import { openShop } from '../support/shop.ts'
import { cannotGoOn, clears, closes, type ScenariosFrom, taken } from './scenario.ts'

/** What an incident can do once it has opened. */
export const fromOpen: ScenariosFrom<'open'> = {
  'open → diagnosing': {
    async drive() {
      const shop = openShop({ settings: { correlation: { settleMs: 5_000 } } })
      await shop.fire()
      await shop.until('open')
      const { openedAt } = await shop.incident()
      const { phaseSince } = await taken(shop, 'open', 'diagnosing')
      expect(phaseSince - openedAt).toBeGreaterThanOrEqual(5_000)
      return shop
    },
  },
  'open → resolved': clears('open'),
  'open → escalated': cannotGoOn('open'),
  'open → closed': closes('open'),
}
