import { expect } from 'vitest'
import { alice, clears, closes, goesOn, question, type ScenariosFrom, standing } from './scenario.ts'

/** What an incident can do while a person is asked. */
export const fromAwaitingApproval: ScenariosFrom<'awaiting-approval'> = {
  'awaiting-approval → remediating': {
    async drive() {
      const shop = await standing('awaiting-approval')
      const { id, digest } = await question(shop)
      await shop.mendkit.approvals.approve(id, { by: alice, digest })
      await goesOn(shop, 'awaiting-approval', 'remediating')
      await shop.untilTrue('the effect happened', () => shop.world.effects.length > 0)
      expect(await shop.mendkit.approvals.list({ states: ['used'] })).toMatchObject([
        { id, answers: [{ kind: 'approve', by: alice }], missing: [] },
      ])
      return shop
    },
  },
  'awaiting-approval → deciding': {
    async drive() {
      const shop = await standing('awaiting-approval')
      const { id, digest } = await question(shop)
      await shop.fire(['CheckoutBroken'], { status: 'suppressed' })
      await goesOn(shop, 'awaiting-approval', 'deciding')
      expect(await shop.mendkit.approvals.list({ states: ['void'] })).toMatchObject([{ id }])
      await expect(shop.mendkit.approvals.approve(id, { by: alice, digest })).rejects.toMatchObject({
        code: 'conflict',
      })
      return shop
    },
  },
  'awaiting-approval → handed-over': {
    reason: 'rejected',
    async drive() {
      const shop = await standing('awaiting-approval')
      const { id, digest } = await question(shop)
      await shop.mendkit.approvals.reject(id, { by: alice, digest, because: 'not before the sale is over' })
      const incident = await goesOn(shop, 'awaiting-approval', 'handed-over')
      const story = await shop.mendkit.incidents.timeline(incident.id, { format: 'markdown' })
      expect(story).toContain('not before the sale is over')
      expect(shop.world.effects).toEqual([])
      return shop
    },
  },
  'awaiting-approval → escalated': {
    reason: 'approval-expired',
    async drive() {
      const shop = await standing('awaiting-approval')
      const { expiresAt } = await question(shop)
      const { phaseSince } = await goesOn(shop, 'awaiting-approval', 'escalated')
      expect(phaseSince).toBeGreaterThanOrEqual(expiresAt)
      await shop.untilTrue('a person was called', () => shop.notices.some(({ urgency }) => urgency === 'page'))
      expect(await shop.mendkit.approvals.list({ states: ['expired'] })).toHaveLength(1)
      return shop
    },
  },
  'awaiting-approval → resolved': clears('awaiting-approval'),
  'awaiting-approval → closed': closes('awaiting-approval'),
}
