import type { Change, Command, Principal, Store } from '@mendkit/core'
import { callContext, simulatedStore } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { openShop, type Shop } from './support/shop.ts'

const alice: Principal = { id: 'alice', roles: ['approver'], tenant: 'default', via: 'test' }
const autonomy = { 'namespace:shop': 'approve' } as const

/** A store on which the answers of people arrive only once they are let through. */
function slowAnswers(): { store: Store; arrive: () => void; underWay: () => boolean } {
  const inner = simulatedStore()
  const arrived = Promise.withResolvers<void>()
  let underWay = false
  const isAnswer = (change: Change) => change.put.some((put) => put.kind === 'document' && put.table === 'command')
  return {
    store: {
      ...inner,
      async commit(change, ctx) {
        if (isAnswer(change) && !underWay) {
          underWay = true
          await arrived.promise
        }
        return inner.commit(change, ctx)
      },
    },
    arrive: () => arrived.resolve(),
    underWay: () => underWay,
  }
}

async function questions(shop: Shop, many: number) {
  await shop.untilTrue(`${many} questions are open`, async () => {
    return (await shop.mendkit.approvals.list()).length === many
  })
  return shop.mendkit.approvals.list()
}

async function expectStillAsked(shop: Shop, approvalId: string): Promise<void> {
  await shop.clock.advance(10_000)
  expect(shop.world.effects).toEqual([])
  expect((await shop.mendkit.approvals.list()).map(({ id }) => id)).toContain(approvalId)
}

describe('an answer counts for the question that it names and for no other', () => {
  test('not for a later question of the same incident, although it asks for the same', async () => {
    const { store, arrive, underWay } = slowAnswers()
    const shop = openShop({ autonomy, store })
    await shop.fire()
    const [old] = await questions(shop, 1)
    const answering = shop.mendkit.approvals.approve(old?.id ?? '', { by: alice, digest: old?.digest ?? '' })
    await shop.untilTrue('the answer is under way', underWay)
    await shop.fire(['CheckoutBroken'], { status: 'suppressed' })
    await shop.until('deciding')
    await shop.fire()
    const [now] = await questions(shop, 1)
    expect(now).toMatchObject({ digest: old?.digest })
    expect(now?.id).not.toBe(old?.id)
    arrive()
    await answering
    await expectStillAsked(shop, now?.id ?? '')
    const story = await shop.mendkit.incidents.timeline(old?.incidentId ?? '', { format: 'markdown' })
    expect(story).toContain('The command was refused (`approval-not-open`)')
    await shop.mendkit.approvals.approve(now?.id ?? '', { by: alice, digest: now?.digest ?? '' })
    await shop.until('verifying')
    await shop.stop()
  })

  test('not for a question of another incident, although it asks for the same', async () => {
    const shop = openShop({ autonomy })
    await shop.fire(['CheckoutBroken'])
    await shop.fire(['CartBroken'], { resource: 'cart' })
    const [one, other] = await questions(shop, 2)
    expect(one?.digest).toBe(other?.digest)
    const command: Command = {
      tenant: 'default',
      id: 'cmd_crossed',
      incidentId: other?.incidentId ?? '',
      state: 'pending',
      by: alice,
      at: shop.clock.now(),
      body: { kind: 'approve', reauthenticated: false, approvalId: one?.id ?? '', digest: one?.digest ?? '' },
      revision: 0,
    }
    const put = [
      { kind: 'document', table: 'command', row: command },
      { kind: 'raise', incidentId: command.incidentId },
    ] as const
    await shop.store.commit({ tenant: 'default', expect: [], put, audit: [] }, callContext())
    await expectStillAsked(shop, other?.id ?? '')
    expect(await questions(shop, 2)).toMatchObject([{ id: one?.id }, { id: other?.id }])
    await shop.stop()
  })

  test('not from another tenant, which does not even see it', async () => {
    const shop = openShop({ autonomy })
    await shop.fire()
    const [open] = await questions(shop, 1)
    const stranger = shop.mendkit.as({ ...alice, tenant: 'other' })
    expect(await stranger.approvals.list()).toEqual([])
    const answer = { digest: open?.digest ?? '' }
    for (const attempt of [
      stranger.approvals.approve(open?.id ?? '', answer),
      stranger.approvals.reject(open?.id ?? '', { ...answer, because: 'no' }),
      stranger.approvals.approve(open?.id ?? '', { ...answer, by: alice }),
      shop.mendkit.approvals.approve(open?.id ?? '', { ...answer, by: { ...alice, tenant: 'other' } }),
    ]) {
      await expect(attempt).rejects.toMatchObject({ code: 'not-found' })
    }
    await expectStillAsked(shop, open?.id ?? '')
    await shop.stop()
  })
})
