import { expect } from 'vitest'
import { openShop } from '../support/shop.ts'
import { cannotGoOn, clears, closes, question, type ScenariosFrom, standing, taken } from './scenario.ts'

/** What an incident can do while it is decided on. */
export const fromDeciding: ScenariosFrom<'deciding'> = {
  'deciding → awaiting-approval': {
    async drive() {
      const shop = openShop({ autonomy: { 'namespace:shop': 'approve' } })
      await shop.fire()
      await taken(shop, 'deciding', 'awaiting-approval')
      const open = await question(shop)
      await shop.untilTrue('people were asked', () => shop.notices.length > 0)
      expect(shop.notices).toMatchObject([{ urgency: 'ask', approvalId: open.id }])
      expect(shop.world.effects).toEqual([])
      return shop
    },
  },
  'deciding → remediating': {
    async drive() {
      const shop = openShop()
      await shop.fire()
      await taken(shop, 'deciding', 'remediating')
      expect(await shop.mendkit.approvals.list({ states: ['open', 'granted', 'used'] })).toEqual([])
      return shop
    },
  },
  'deciding → diagnosing': {
    async drive() {
      const shop = await standing('deciding', { settings: { diagnosis: { minIntervalMs: 60_000 } } })
      const { diagnosisId, lastDiagnosedAt = 0 } = await shop.incident()
      await shop.fire(['CheckoutSlow'])
      shop.gate.at = 'diagnosing'
      const { phaseSince } = await taken(shop, 'deciding', 'diagnosing')
      expect(phaseSince - lastDiagnosedAt).toBeGreaterThanOrEqual(60_000)
      expect(shop.world.effects).toEqual([])
      shop.gate.at = undefined
      await shop.untilTrue('there is a new diagnosis', async () => (await shop.incident()).diagnosisId !== diagnosisId)
      return shop
    },
  },
  'deciding → suggested': {
    async drive() {
      const shop = openShop({ autonomy: {} })
      await shop.fire()
      await taken(shop, 'deciding', 'suggested')
      await shop.untilTrue('people were told', () => shop.notices.length > 0)
      expect(shop.notices).toMatchObject([{ urgency: 'info' }])
      expect(await shop.mendkit.approvals.list()).toEqual([])
      expect(shop.world.effects).toEqual([])
      return shop
    },
  },
  'deciding → handed-over': {
    reason: 'denied',
    async drive() {
      const shop = openShop({ policies: [] })
      await shop.fire()
      await taken(shop, 'deciding', 'handed-over')
      await shop.untilTrue('people were told', () => shop.notices.length > 0)
      expect(shop.notices).toMatchObject([{ urgency: 'info' }])
      expect(shop.world.effects).toEqual([])
      return shop
    },
  },
  'deciding → resolved': clears('deciding'),
  'deciding → escalated': cannotGoOn('deciding'),
  'deciding → closed': closes('deciding'),
}
