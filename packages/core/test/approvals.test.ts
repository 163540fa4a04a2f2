import { askAbove, definePolicy, type Principal } from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { freshWorld, openShop, type Shop } from './support/shop.ts'

const alice: Principal = { id: 'alice', roles: ['approver'], tenant: 'default', via: 'test' }
const mallory: Principal = { id: 'mallory', roles: ['viewer'], tenant: 'default', via: 'test' }

async function question(shop: Shop) {
  const [found] = await shop.mendkit.approvals.list()
  if (found === undefined) throw new Error('no approval is open')
  return found
}

async function pendingAnswers(shop: Shop): Promise<number> {
  const query = { tenant: 'default', states: ['pending'], limit: 10 }
  return (await shop.store.list('command', query, callContext())).length
}

async function asking(given: Parameters<typeof openShop>[0] = {}) {
  const shop = openShop({ autonomy: { 'namespace:shop': 'approve' }, ...given })
  await shop.fire()
  await shop.until('awaiting-approval')
  return shop
}

describe('an approval', () => {
  test('shows the difference, tells people, and lets exactly what was shown happen', async () => {
    const shop = await asking()
    const open = await question(shop)
    expect(open.diffs[0]).toContain('+ on: false')
    expect(shop.notices).toMatchObject([{ urgency: 'ask', approvalId: open.id }])
    expect(shop.world.effects).toHaveLength(0)
    await shop.mendkit.approvals.approve(open.id, { by: alice, digest: open.digest })
    await shop.until('verifying')
    expect(shop.world.effects).toHaveLength(1)
    expect(await shop.mendkit.approvals.list({ states: ['used'] })).toHaveLength(1)
    await shop.stop()
  })

  test('can be fetched by its id in every state, and only by its tenant', async () => {
    const shop = await asking()
    const open = await question(shop)
    expect(await shop.mendkit.approvals.get(open.id)).toEqual(open)
    await shop.mendkit.approvals.reject(open.id, { by: alice, digest: open.digest, because: 'not now' })
    await shop.until('handed-over')
    expect(await shop.mendkit.approvals.get(open.id)).toMatchObject({ state: 'rejected', diffs: open.diffs })
    expect(await shop.mendkit.approvals.get('apr_none')).toBeUndefined()
    const elsewhere = shop.mendkit.as({ ...alice, tenant: 'other' })
    expect(await elsewhere.approvals.get(open.id)).toBeUndefined()
    await shop.stop()
  })

  test('is refused to who may not give it, for another digest, and in another tenant', async () => {
    const shop = await asking()
    const open = await question(shop)
    const { approvals } = shop.mendkit
    await expect(approvals.approve(open.id, { by: mallory, digest: open.digest })).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(approvals.approve(open.id, { digest: open.digest })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(approvals.approve(open.id, { by: alice, digest: 'other' })).rejects.toMatchObject({ code: 'conflict' })
    const stranger = { ...alice, tenant: 'other' }
    await expect(approvals.approve(open.id, { by: stranger, digest: open.digest })).rejects.toMatchObject({
      code: 'not-found',
    })
    await shop.clock.advance(10_000)
    expect(await shop.phase()).toBe('awaiting-approval')
    await shop.stop()
  })

  test('must satisfy every policy that asks', async () => {
    const secondList = definePolicy({
      id: 'oncall',
      decide: () => ({ kind: 'ask', because: 'it is night', approvers: ['oncall'] }),
    })
    const askAll = definePolicy({ id: 'ask-all', decide: () => ({ kind: 'ask', because: 'always' }) })
    const shop = await asking({ policies: [askAll, secondList, askAbove('high')] })
    const open = await question(shop)
    expect(open.missing).toEqual([
      { names: ['approver'], count: 1 },
      { names: ['oncall'], count: 1 },
    ])
    await shop.mendkit.approvals.approve(open.id, { by: alice, digest: open.digest })
    await shop.clock.advance(5_000)
    expect(await question(shop)).toMatchObject({ id: open.id, missing: [{ names: ['oncall'], count: 1 }] })
    const carol = { ...alice, id: 'carol', roles: ['oncall'] }
    await shop.mendkit.approvals.approve(open.id, { by: carol, digest: open.digest })
    await shop.until('verifying')
    await shop.stop()
  })

  test('that is rejected hands the incident over, and the plan is not proposed again', async () => {
    const shop = await asking()
    const open = await question(shop)
    await shop.mendkit.approvals.reject(open.id, { by: alice, digest: open.digest, because: 'not now' })
    await shop.until('handed-over')
    const [incident] = await shop.mendkit.incidents.list()
    expect(incident?.reason).toBe('rejected')
    await shop.fire(['AnotherAlert'])
    await shop.clock.advance(600_000)
    expect(await shop.phase()).toBe('handed-over')
    expect(shop.world.effects).toHaveLength(0)
    await shop.stop()
  })

  test('can be rejected with the proof that an approval would need, as hosts that give either answer alike do', async () => {
    const shop = await asking()
    const open = await question(shop)
    const answer = { by: alice, digest: open.digest, because: 'not now', proof: '123456' }
    await shop.mendkit.approvals.reject(open.id, answer)
    await shop.until('handed-over')
    expect(await shop.mendkit.approvals.get(open.id)).toMatchObject({ state: 'rejected' })
    await shop.stop()
  })

  test('that nobody answers expires, and pages', async () => {
    const shop = await asking()
    await shop.until('escalated')
    expect((await shop.mendkit.incidents.list())[0]?.reason).toBe('approval-expired')
    expect(shop.notices.at(-1)?.urgency).toBe('page')
    await shop.stop()
  })

  test('whose answer no step had looked at when it expired refuses that answer, and does not leave it waiting', async () => {
    const shop = await asking()
    const open = await question(shop)
    shop.gate.at = 'awaiting-approval'
    await shop.mendkit.approvals.approve(open.id, { by: alice, digest: open.digest })
    await shop.clock.advance(open.expiresAt - shop.clock.now())
    shop.gate.at = undefined
    await shop.until('escalated')
    await shop.untilTrue('the answer is refused', async () => (await pendingAnswers(shop)) === 0)
    expect(shop.world.effects).toHaveLength(0)
    await shop.stop()
  })

  test('that is rejected refuses every other answer that waited with it', async () => {
    const shop = await asking()
    const open = await question(shop)
    shop.gate.at = 'awaiting-approval'
    await shop.mendkit.approvals.reject(open.id, { by: alice, digest: open.digest, because: 'not now' })
    await shop.mendkit.approvals.approve(open.id, { by: alice, digest: open.digest })
    shop.gate.at = undefined
    await shop.until('handed-over')
    await shop.untilTrue('no answer waits', async () => (await pendingAnswers(shop)) === 0)
    expect(shop.world.effects).toHaveLength(0)
    await shop.stop()
  })

  test('cannot be answered once it has expired, even while no step has come to see that', async () => {
    const shop = await asking()
    const open = await question(shop)
    shop.gate.at = 'awaiting-approval'
    await shop.clock.advance(open.expiresAt - shop.clock.now() - 1)
    await expect(shop.mendkit.approvals.approve(open.id, { by: alice, digest: 'another' })).rejects.toMatchObject({
      message: expect.not.stringContaining('expired'),
    })
    await shop.clock.advance(1)
    for (const answer of ['approve', 'reject'] as const) {
      await expect(
        shop.mendkit.approvals[answer](open.id, { by: alice, digest: open.digest, because: 'late' }),
      ).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringContaining(`expired at ${new Date(open.expiresAt).toISOString()}`),
      })
    }
    shop.gate.at = undefined
    await shop.until('escalated')
    expect(shop.world.effects).toHaveLength(0)
    await shop.stop()
  })

  test('is void when all alerts are silenced, and nothing happens until the silence is lifted', async () => {
    const shop = await asking()
    const open = await question(shop)
    await shop.fire(['CheckoutBroken'], { status: 'suppressed' })
    await shop.until('deciding')
    await expect(shop.mendkit.approvals.approve(open.id, { by: alice, digest: open.digest })).rejects.toMatchObject({
      code: 'conflict',
    })
    await shop.clock.advance(600_000)
    expect(await shop.phase()).toBe('deciding')
    expect(shop.world.effects).toHaveLength(0)
    await shop.fire()
    await shop.until('awaiting-approval')
    await shop.stop()
  })

  test('is void when the object changes before the effect', async () => {
    const world = freshWorld()
    const shop = await asking({ world })
    const open = await question(shop)
    world.flag = { ...world.flag, uid: 'flag-2' }
    await shop.mendkit.approvals.approve(open.id, { by: alice, digest: open.digest })
    await shop.clock.advance(3_000)
    expect(world.effects).toHaveLength(0)
    const again = await question(shop)
    expect(again.id).not.toBe(open.id)
    await shop.stop()
  })

  test('is void when a policy has become stricter', async () => {
    let strict = false
    const mood = definePolicy({
      id: 'mood',
      decide: () => (strict ? { kind: 'deny', because: 'frozen' } : { kind: 'allow', because: 'fine' }),
    })
    const shop = await asking({ policies: [mood] })
    const open = await question(shop)
    strict = true
    await shop.mendkit.approvals.approve(open.id, { by: alice, digest: open.digest })
    await shop.until('handed-over')
    expect(shop.world.effects).toHaveLength(0)
    await shop.stop()
  })

  test('is void once somebody takes the incident over, and nothing begins until it is handed back', async () => {
    const shop = await asking()
    const [incident] = await shop.mendkit.incidents.list()
    await shop.mendkit.as(alice).incidents.takeOver(incident?.id ?? '')
    await shop.until('deciding')
    await shop.clock.advance(600_000)
    expect(await shop.phase()).toBe('deciding')
    await shop.mendkit.as(alice).incidents.handBack(incident?.id ?? '')
    await shop.until('awaiting-approval')
    await shop.stop()
  })
})

describe('the kill switch', () => {
  test('stops an approved effect until it is lifted', async () => {
    const shop = await asking()
    const open = await question(shop)
    await shop.mendkit.pause()
    await shop.mendkit.approvals.approve(open.id, { by: alice, digest: open.digest })
    await shop.until('remediating')
    await shop.clock.advance(60_000)
    expect(shop.world.effects).toHaveLength(0)
    await shop.mendkit.resume()
    await shop.until('verifying')
    expect(shop.world.effects).toHaveLength(1)
    await shop.stop()
  })
})

test('an answer with another digest is refused without telling the right one', async () => {
  const shop = openShop({ autonomy: { 'namespace:shop': 'approve' } })
  await shop.fire()
  await shop.until('awaiting-approval')
  const [question] = await shop.mendkit.approvals.list()
  const answer = shop.mendkit.approvals.approve(question?.id ?? '', { by: alice, digest: 'f'.repeat(64) })
  const error = await answer.then(
    () => new Error('it was taken'),
    (reason: unknown) => reason as Error,
  )
  expect(error).toMatchObject({ code: 'conflict' })
  expect(error.message).toContain('fetch it again, show the person')
  expect(error.message).not.toContain(question?.digest)
  await shop.stop()
})
