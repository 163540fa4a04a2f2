import { expect } from 'vitest'
import { goesOn, type ScenariosFrom, standing } from './scenario.ts'

/** What an incident can do after it has recovered. */
export const fromResolved: ScenariosFrom<'resolved'> = {
  'resolved → open': {
    async drive() {
      const shop = await standing('resolved')
      await shop.fire(['CheckoutBroken'], { since: 'now' })
      expect(await goesOn(shop, 'resolved', 'open')).toMatchObject({ relapses: 1 })
      expect(await shop.mendkit.incidents.list()).toHaveLength(1)
      return shop
    },
  },
  'resolved → closed': {
    reason: 'hold-over',
    async drive() {
      const shop = await standing('resolved', { settings: { hold: { ms: 600_000 } } })
      const { id, phaseSince: resolvedAt } = await shop.incident()
      const { phaseSince } = await goesOn(shop, 'resolved', 'closed')
      expect(phaseSince - resolvedAt).toBeGreaterThanOrEqual(600_000)
      await shop.fire(['CheckoutBroken'], { since: 'now' })
      await shop.untilTrue('a new incident opened', async () => (await shop.mendkit.incidents.list()).length === 2)
      expect(await shop.mendkit.incidents.get(id)).toMatchObject({ phase: 'closed' })
      return shop
    },
  },
}
