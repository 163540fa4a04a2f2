import { memoryState } from '@mendkit/core'
import { simulatedStore, virtualClock } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { freshWorld, openShop, type Shop } from './support/shop.ts'

/** A lease that nobody waits for by accident. */
const settings = { engine: { leaseMs: 3_600_000, drainMs: 20_000 } }

/** A host whose process stops while its first effect is under way, and a second one on the same store. */
function twoHosts() {
  const clock = virtualClock()
  const state = memoryState()
  const world = freshWorld()
  const host = () => openShop({ clock, world, settings, store: simulatedStore(state) })
  return { clock, world, first: host(), second: host }
}

async function untilCalled(shop: Shop, called: () => boolean): Promise<void> {
  await shop.fire()
  await shop.untilTrue('the effect is called', called)
}

/** How long it takes a host to have the incident verifying, in ms of the hosts' clock. */
async function timeToVerifying(shop: Shop): Promise<number> {
  const since = shop.clock.now()
  await shop.until('verifying')
  return shop.clock.now() - since
}

async function expectWhole(shop: Shop): Promise<void> {
  expect(await shop.mendkit.audit.verify()).toMatchObject({ verified: true })
  await shop.clear()
  await shop.until('resolved')
  await shop.stop()
}

describe('a host that is asked to stop while a step is under way', () => {
  test('lets the step end, and the next host goes on at once with what it wrote', async () => {
    const { clock, world, first, second } = twoHosts()
    let called = false
    world.beforeWrite = async () => {
      called = true
      await clock.sleep(5_000, new AbortController().signal)
    }
    await untilCalled(first, () => called)
    await first.stop()
    expect(world.effects).toHaveLength(1)
    const next = second()
    expect(await next.phase()).toBe('verifying')
    expect(await next.mendkit.executions.list()).toMatchObject([{ id: world.effects[0], state: 'observed' }])
    await expectWhole(next)
  })

  test('leaves it behind when it does not end; the next host goes on at once, and the call comes too late', async () => {
    const { world, first, second } = twoHosts()
    const late = Promise.withResolvers<void>()
    let called = false
    world.beforeWrite = () => {
      called = true
      world.beforeWrite = undefined
      return late.promise
    }
    await untilCalled(first, () => called)
    await first.stop()
    const next = second()
    expect(await next.mendkit.executions.list()).toMatchObject([{ state: 'intent' }])
    expect(await next.phase()).toBe('remediating')
    expect(await timeToVerifying(next)).toBeLessThan(60_000)
    late.resolve()
    await next.clock.advance(1_000)
    expect(world.effects).toHaveLength(1)
    expect((await next.mendkit.executions.list()).map(({ state }) => state)).toEqual(['no-effect', 'observed'])
    await expectWhole(next)
  })

  test('leaves it behind after the effect: the next host finds it at once and makes no other', async () => {
    const { world, first, second } = twoHosts()
    world.afterWrite = () => new Promise(() => undefined)
    await untilCalled(first, () => world.effects.length === 1)
    await first.stop()
    const next = second()
    expect(await timeToVerifying(next)).toBeLessThan(60_000)
    expect(await next.mendkit.executions.list()).toMatchObject([{ id: world.effects[0], state: 'observed' }])
    expect(world.effects).toHaveLength(1)
    await expectWhole(next)
  })

  test('says in the log whether everything under way had ended', async () => {
    const { world, first, second } = twoHosts()
    world.afterWrite = () => new Promise(() => undefined)
    await untilCalled(first, () => world.effects.length === 1)
    await first.stop()
    const next = second()
    const stops: boolean[] = []
    await next.stop()
    const last = second()
    for await (const event of last.mendkit.watch({ after: -1, types: ['engine-stopped'] })) {
      if (event.type === 'engine-stopped') stops.push(event.data.drained)
      if (stops.length === 2) break
    }
    expect(stops).toEqual([false, true])
    await last.stop()
  })
})
