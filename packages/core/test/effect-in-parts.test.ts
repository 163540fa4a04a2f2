import { type EffectInput, MendkitError, memoryState, type Principal } from '@mendkit/core'
import { simulatedStore, virtualClock } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { freshWorld, openShop, type Shop, setFlag } from './support/shop.ts'

const alice: Principal = { id: 'alice', roles: ['approver'], tenant: 'default', via: 'test' }
const never = new Promise<never>(() => {
  // A process that was killed never goes on.
})

interface Item {
  readonly name: string
  version: number
  fence: number
}

/** Behind the flag stand items that are put away one by one once it is off. */
function itemsOf(names: readonly string[] = ['a', 'b', 'c']) {
  const left: Item[] = names.map((name) => ({ name, version: 1, fence: 0 }))
  const done: { readonly name: string; readonly execution: string; readonly fence: number }[] = []
  const hooks: {
    /** Before a part reads, after it has read, and after it has written. */
    before?: ((input: EffectInput) => unknown) | undefined
    read?: (() => unknown) | undefined
    after?: (() => unknown) | undefined
  } = {}
  return { left, done, hooks }
}

type Items = ReturnType<typeof itemsOf>

function inParts(world: ReturnType<typeof freshWorld>, { left, done, hooks }: Items) {
  const action = setFlag(world)
  return {
    ...action,
    async observe(...given: Parameters<typeof action.observe>) {
      const seen = await action.observe(...given)
      return seen === 'applied' && left.length > 0 ? ('under-way' as const) : seen
    },
    async resume(input: EffectInput) {
      await hooks.before?.(input)
      const [item] = left
      if (item === undefined) return
      if (item.fence >= input.fence) throw new MendkitError('conflict', 'somebody has fenced it')
      const { version } = item
      await hooks.read?.()
      if (item.version !== version || !left.includes(item)) throw new MendkitError('conflict', 'it has moved on')
      left.splice(left.indexOf(item), 1)
      done.push({ name: item.name, execution: input.executionId, fence: input.fence })
      await hooks.after?.()
    },
    async invalidate(input: EffectInput, ctx: Parameters<typeof action.observe>[1]) {
      await action.invalidate?.(input, ctx)
      for (const item of left) Object.assign(item, { version: item.version + 1, fence: input.fence })
    },
  }
}

function openParts(given: { items?: Items } & Parameters<typeof openShop>[0] = {}) {
  const { items = itemsOf(), world = freshWorld(), ...rest } = given
  return { ...openShop({ ...rest, world, action: inParts(world, items) }), items }
}

async function sentBy(shop: Shop) {
  const entries = await shop.mendkit.audit.read({ limit: 1_000 })
  const data = entries.map(({ bytes }) => JSON.parse(new TextDecoder().decode(bytes)) as Entry)
  return data.filter(({ type }) => type === 'execution-intended').map((entry) => entry.data)
}

interface Entry {
  readonly type: string
  readonly data: { readonly send: number; readonly fence: number }
}

const names = (items: Items) => items.done.map(({ name }) => name)

describe('an effect of many parts', () => {
  test('is done part by part, each behind an intent of its own under a higher fence, and told of once', async () => {
    const shop = openParts()
    await shop.fire()
    await shop.until('verifying')
    const [execution, ...others] = await shop.mendkit.executions.list()
    expect(others).toEqual([])
    expect(execution).toMatchObject({ state: 'observed', sends: 4 })
    expect(names(shop.items)).toEqual(['a', 'b', 'c'])
    expect(shop.items.done.every(({ execution: id }) => id === execution?.id)).toBe(true)
    const intents = await sentBy(shop)
    expect(intents.map(({ send }) => send)).toEqual([1, 2, 3, 4])
    expect(shop.items.done.map(({ fence }) => fence)).toEqual(intents.slice(1).map(({ fence }) => fence))
    expect(intents.every(({ fence }, index) => index === 0 || fence > (intents[index - 1]?.fence ?? 0))).toBe(true)
    expect([shop.world.effects.length, shop.world.announced.length, shop.world.fences]).toEqual([1, 1, 0])
    await shop.clear()
    await shop.until('resolved')
    expect(await shop.mendkit.audit.verify()).toMatchObject({ verified: true })
    await shop.stop()
  })

  test.each(['before', 'read', 'after'] as const)(
    'goes on after a kill: %s of its second part, with no part done twice',
    async (moment) => {
      const [clock, state, world, items] = [virtualClock(), memoryState(), freshWorld(), itemsOf()]
      const first = simulatedStore(state)
      const killed = openParts({ clock, world, items, store: first })
      const kill = () => {
        if (items.done.length !== (moment === 'after' ? 2 : 1)) return undefined
        first.kill()
        items.hooks[moment] = undefined
        return never
      }
      items.hooks[moment] = kill
      await killed.fire()
      for (let step = 0; step < 400 && items.hooks[moment] !== undefined; step += 1) await clock.advance(250)
      expect(items.left.length).toBeGreaterThan(0)

      const second = openParts({ clock, world, items, store: simulatedStore(state) })
      await second.until('verifying')
      expect(names(items)).toEqual(['a', 'b', 'c'])
      expect(await second.mendkit.executions.list()).toMatchObject([{ state: 'observed' }])
      // What may have been under way was made to fail before the next part began.
      expect(world.fences).toBeGreaterThan(0)
      await second.clear()
      await second.until('resolved')
      await second.stop()
    },
  )

  test.each(['before', 'read'] as const)(
    'is left to whoever went on with it, when a worker wakes that was paused %s of its part',
    async (moment) => {
      const [clock, state, world, items] = [virtualClock(), memoryState(), freshWorld(), itemsOf()]
      const paused = Promise.withResolvers<void>()
      const first = simulatedStore(state)
      items.hooks[moment] = () => {
        items.hooks[moment] = undefined
        return paused.promise
      }
      const settings = { execution: { callTimeoutMs: 600_000 } }
      const sleeper = openParts({ clock, world, items, store: first, settings })
      await sleeper.fire()
      for (let step = 0; step < 400 && items.hooks[moment] !== undefined; step += 1) await clock.advance(250)
      first.kill()
      const other = openParts({ clock, world, items, store: simulatedStore(state), settings })
      // The other one is in the middle of its own first part when the first one wakes.
      let intruded: number | undefined
      items.hooks.read = async () => {
        items.hooks.read = undefined
        paused.resolve()
        for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
        intruded = items.done.length
      }
      await other.until('verifying')
      expect(intruded).toBe(0)
      expect(names(items)).toEqual(['a', 'b', 'c'])
      expect(new Set(items.done.map(({ fence }) => fence)).size).toBe(3)
      await other.stop()
    },
  )

  test('waits as long as it is asked to, and has all the time that the settings give', async () => {
    const shop = openParts()
    let refusals = 5
    shop.items.hooks.before = () => {
      refusals -= 1
      if (refusals >= 0) throw new MendkitError('unavailable', 'not now', { effect: 'none', retryAfterMs: 60_000 })
    }
    await shop.fire()
    await shop.untilTrue('it was refused', async () => refusals === 4)
    await shop.clock.advance(59_000)
    expect(refusals).toBe(4)
    await shop.until('verifying')
    expect(names(shop.items)).toEqual(['a', 'b', 'c'])
    expect(shop.world.fences).toBe(0)
    await shop.stop()
  })

  test('begins no part while the kill switch is on or a person has taken over, and goes on afterwards', async () => {
    const shop = openParts()
    shop.items.hooks.after = async () => {
      if (shop.items.done.length === 1) await shop.mendkit.pause()
      if (shop.items.done.length === 2) await shop.mendkit.as(alice).incidents.takeOver((await shop.incident()).id)
    }
    await shop.fire()
    await shop.untilTrue('one is done', async () => shop.items.done.length === 1)
    await shop.clock.advance(60_000)
    expect(names(shop.items)).toEqual(['a'])
    await shop.mendkit.resume()
    await shop.untilTrue('two are done', async () => shop.items.done.length === 2)
    await shop.clock.advance(60_000)
    expect(names(shop.items)).toEqual(['a', 'b'])
    expect(await shop.phase()).toBe('remediating')
    await shop.mendkit.as(alice).incidents.handBack((await shop.incident()).id)
    await shop.until('verifying')
    expect(names(shop.items)).toEqual(['a', 'b', 'c'])
    await shop.stop()
  })

  test('that does not end in time calls a person, once, and keeps its locks', async () => {
    const shop = openParts({ settings: { execution: { resumeForMs: 120_000 } } })
    shop.items.hooks.before = () => {
      if (shop.items.done.length === 1) throw new MendkitError('unavailable', 'not now', { effect: 'none' })
    }
    await shop.fire()
    await shop.until('escalated')
    const [execution] = await shop.mendkit.executions.list()
    expect(execution).toMatchObject({ state: 'unknown' })
    expect(names(shop.items)).toEqual(['a'])
    expect(shop.notices.filter(({ urgency }) => urgency === 'page')).toHaveLength(1)
    shop.items.hooks.before = undefined
    await shop.clock.advance(600_000)
    expect(names(shop.items)).toEqual(['a'])
    // Whoever was late is fenced.
    expect(shop.world.fences).toBeGreaterThan(0)
    await shop.stop()
  })

  test('whose parts come to nothing calls a person after so many', async () => {
    const world = freshWorld()
    const action = { ...inParts(world, itemsOf()), resume: async () => undefined }
    const shop = openShop({ world, action, settings: { execution: { maxParts: 7 } } })
    await shop.fire()
    await shop.until('escalated')
    expect((await sentBy(shop)).map(({ send }) => send)).toEqual([1, 2, 3, 4, 5, 6, 7])
    await shop.stop()
  })

  test('that the other side refuses for good calls a person at once', async () => {
    const shop = openParts()
    shop.items.hooks.before = () => {
      throw new MendkitError('rejected', 'forbidden')
    }
    await shop.fire()
    await shop.until('escalated')
    expect((await sentBy(shop)).map(({ send }) => send)).toEqual([1, 2])
    expect(await shop.incident()).toMatchObject({ reason: 'outcome-unknown' })
    await shop.stop()
  })

  test('is unknown when nobody can do the rest', async () => {
    const world = freshWorld()
    const parts = inParts(world, itemsOf())
    const observe: typeof parts.observe = (...given) => parts.observe(...given)
    const shop = openShop({ world, action: { ...setFlag(world), observe } })
    await shop.fire()
    await shop.until('escalated')
    expect(await shop.incident()).toMatchObject({ reason: 'outcome-unknown' })
    await shop.stop()
  })
})
