import { MendkitError, type Principal } from '@mendkit/core'
import { describe, expect, test } from 'vitest'
import { unreadable } from './support/gate.ts'
import { freshWorld, openShop, type Shop, type World } from './support/shop.ts'

const alice: Principal = { id: 'alice', roles: ['approver'], tenant: 'default', via: 'test' }

/** The flag store turns so many writes away unread. */
function busy(world: World, times: number, retryAfterMs?: number): World {
  let left = times
  world.beforeWrite = () => {
    left -= 1
    if (left < 0) return
    throw new MendkitError('unavailable', 'too many requests', {
      effect: 'none',
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    })
  }
  return world
}

async function postponed(shop: Shop) {
  await shop.untilTrue('it is postponed', async () => {
    return (await shop.mendkit.executions.list()).some(({ resendAt }) => resendAt !== undefined)
  })
  const [execution] = await shop.mendkit.executions.list()
  return execution
}

describe('an effect that certainly was not made and may work later', () => {
  test('is sent again under the same execution, not before it is asked to, and its approval counts', async () => {
    const shop = openShop({ world: busy(freshWorld(), 1, 40_000), autonomy: { 'namespace:shop': 'approve' } })
    await shop.fire()
    await shop.until('awaiting-approval')
    const [asked] = await shop.mendkit.approvals.list()
    await shop.mendkit.approvals.approve(asked?.id ?? '', { by: alice, digest: asked?.digest ?? '' })
    const first = await postponed(shop)
    await shop.clock.advance(20_000)
    // A command wakes the incident, whatever becomes of it.
    await shop.mendkit.incidents.diagnose((await shop.incident()).id)
    await shop.clock.advance(19_000)
    expect(shop.world.effects).toEqual([])
    await shop.until('verifying')
    expect(shop.world.effects).toEqual([first?.id])
    const [execution, ...others] = await shop.mendkit.executions.list()
    expect(others).toEqual([])
    expect(execution).toMatchObject({ state: 'observed', sends: 2 })
    expect(execution).not.toHaveProperty('resendAt')
    expect(shop.world.fences).toBe(0)
    expect(await shop.incident()).toMatchObject({ voids: {} })
    expect(await shop.mendkit.approvals.list({ states: ['open', 'used'] })).toMatchObject([
      { id: asked?.id, state: 'used' },
    ])
    await shop.stop()
  })

  test('is not made once the approval that it was begun under has expired, as after a long pause', async () => {
    const shop = openShop({
      world: busy(freshWorld(), 1),
      autonomy: { 'namespace:shop': 'approve' },
      settings: { approval: { expiresInMs: 600_000 } },
    })
    await shop.fire()
    await shop.until('awaiting-approval')
    const [asked] = await shop.mendkit.approvals.list()
    await shop.mendkit.approvals.approve(asked?.id ?? '', { by: alice, digest: asked?.digest ?? '' })
    await postponed(shop)
    await shop.mendkit.pause()
    await shop.clock.advance(700_000)
    await shop.mendkit.resume()
    await shop.until('awaiting-approval')
    expect(shop.world.effects).toEqual([])
    expect(await shop.mendkit.executions.list()).toMatchObject([{ state: 'no-effect' }])
    await shop.stop()
  })

  test('is sent at most as often as the settings say; then its plan is void', async () => {
    const world = busy(freshWorld(), 2)
    const shop = openShop({ world, settings: { execution: { maxSends: 2 } } })
    await shop.fire()
    await shop.until('verifying')
    expect(await shop.mendkit.executions.list()).toMatchObject([
      { state: 'no-effect', sends: 2 },
      { state: 'observed', sends: 1 },
    ])
    await shop.stop()
  })

  test('is not made when the world has changed meanwhile', async () => {
    const world = busy(freshWorld(), 1)
    const shop = openShop({ world })
    await shop.fire()
    const first = await postponed(shop)
    world.flag = { ...world.flag, uid: 'flag-2' }
    await shop.untilTrue('it ended', async () => {
      return (await shop.mendkit.executions.list({ states: ['no-effect'] })).length === 1
    })
    expect(world.effects).not.toContain(first?.id)
    await shop.stop()
  })

  test('is not made once somebody has taken the incident over, and its locks are free', async () => {
    const shop = openShop({ world: busy(freshWorld(), 1) })
    await shop.fire()
    await postponed(shop)
    await shop.mendkit.as(alice).incidents.takeOver((await shop.incident()).id)
    await shop.until('deciding')
    await shop.clock.advance(60_000)
    expect(shop.world.effects).toEqual([])
    expect(await shop.mendkit.executions.list()).toMatchObject([{ state: 'no-effect' }])
    await shop.stop()
  })

  test('is not made when all alerts clear meanwhile: the incident resolves by itself', async () => {
    const shop = openShop({ world: busy(freshWorld(), 1) })
    await shop.fire()
    await postponed(shop)
    await shop.clear()
    await shop.until('resolved')
    expect((await shop.incident()).reason).toBe('self-resolved')
    expect(shop.world.effects).toEqual([])
    await shop.stop()
  })

  test('is the way back too', async () => {
    const world = freshWorld()
    world.health = 0.5
    world.afterWrite = () => {
      world.health = 0.1
      world.afterWrite = undefined
      busy(world, 1)
    }
    const shop = openShop({ world })
    await shop.fire()
    await shop.until('escalated')
    expect((await shop.incident()).reason).toBe('undone')
    expect(world.flag.on).toBe(true)
    expect(await shop.mendkit.executions.list()).toMatchObject([{ state: 'undone' }, { state: 'succeeded', sends: 2 }])
    await shop.stop()
  })

  test('ends as nothing done when its incident cannot be taken further', async () => {
    const shop = openShop({ world: busy(freshWorld(), 1, 60_000) })
    await shop.fire()
    await postponed(shop)
    shop.gate.symptoms = unreadable
    await shop.until('escalated')
    expect(await shop.mendkit.executions.list()).toMatchObject([{ state: 'no-effect' }])
    await shop.stop()
  })
})
