import { allowUpTo, type Lock, MendkitError, resourceKey } from '@mendkit/core'
import { callContext, simulatedStore, virtualClock } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { flagOf, freshPair, openPair } from './support/pair.ts'
import { freshWorld, openShop, type Shop, setFlag } from './support/shop.ts'

const flagKey = ['the-flag']

async function put(shop: Shop, row: Lock): Promise<void> {
  const change = { tenant: 'default', expect: [], put: [{ kind: 'document', table: 'lock', row }], audit: [] } as const
  expect(await shop.store.commit(change, callContext())).toMatchObject({ kind: 'committed' })
}

/** Takes a lock key for a plan that is nobody's; answers what gives it back. */
async function hold(shop: Shop, id: string): Promise<() => Promise<void>> {
  const before = await shop.store.get('lock', 'default', id, callContext())
  const revision = before?.revision ?? 0
  await put(shop, { tenant: 'default', id, holder: 'pln_other', revision })
  return () => put(shop, { tenant: 'default', id, revision: revision + 1 })
}

async function untilBlocked(shop: Shop): Promise<void> {
  await shop.untilTrue('it waits', async () => (await shop.incident().catch(() => undefined))?.blockedBy !== undefined)
}

async function entries(shop: Shop, type: string): Promise<readonly { readonly data: object }[]> {
  const records = await shop.mendkit.audit.read({ limit: 1_000 })
  const read = records.map(({ bytes }) => JSON.parse(new TextDecoder().decode(bytes)) as { type: string; data: object })
  return read.filter((entry) => entry.type === type)
}

async function timelineOf(shop: Shop): Promise<string> {
  return shop.mendkit.incidents.timeline((await shop.incident()).id, { format: 'markdown' })
}

describe('a plan that is allowed but whose lock key another plan holds', () => {
  async function held() {
    const shop = openShop({ action: { ...setFlag(freshWorld()), lockKeys: () => flagKey } })
    await shop.clock.advance(1_000)
    const giveBack = await hold(shop, 'the-flag')
    await shop.fire()
    await shop.until('remediating')
    await untilBlocked(shop)
    return { shop, giveBack }
  }

  test('says what it waits for, once, and goes on when that is free', async () => {
    const { shop, giveBack } = await held()
    await shop.clock.advance(60_000)
    const { planId = '', blockedBy } = await shop.incident()
    expect(blockedBy).toEqual({ kind: 'lock', lockKey: 'the-flag', plan: 'pln_other' })
    expect(await entries(shop, 'execution-blocked')).toMatchObject([
      { data: { plan: planId, action: 'shop.set-flag', by: { kind: 'lock', lockKey: 'the-flag', plan: 'pln_other' } } },
    ])
    const says = /lock key the.flag is held by plan pln.other/
    expect((await timelineOf(shop)).replaceAll('\\', '').match(new RegExp(says, 'g'))).toHaveLength(2)
    expect((await shop.mendkit.explain(planId)).replaceAll('\\', '')).toMatch(says)
    await giveBack()
    await shop.until('verifying')
    expect(await shop.incident()).not.toHaveProperty('blockedBy')
    expect(await shop.mendkit.explain(planId)).not.toMatch('Waits')
    await shop.stop()
  })

  test('is handed over in the end, with the key in a quiet notice, and nothing is done', async () => {
    const { shop } = await held()
    await shop.clock.advance(890_000)
    expect(await shop.phase()).toBe('remediating')
    await shop.clock.advance(20_000)
    expect(await shop.incident()).toMatchObject({ phase: 'handed-over', reason: 'blocked' })
    expect(await shop.incident()).not.toHaveProperty('blockedBy')
    expect((await shop.moves()).slice(-2)).toEqual([
      { from: 'remediating', to: 'deciding' },
      { from: 'deciding', to: 'handed-over', reason: 'blocked' },
    ])
    expect(shop.notices).toMatchObject([{ urgency: 'info' }])
    expect(shop.notices[0]?.body).toContain('lock key the-flag is held by plan pln_other')
    expect(await shop.mendkit.executions.list()).toEqual([])
    await shop.clock.advance(3_600_000)
    expect(await shop.phase()).toBe('handed-over')
    await shop.stop()
  })

  test('waits no longer because the process was started anew', async () => {
    const clock = virtualClock()
    const store = simulatedStore()
    const action = { ...setFlag(freshWorld()), lockKeys: () => flagKey }
    const first = openShop({ clock, store, action })
    await clock.advance(1_000)
    await hold(first, 'the-flag')
    await first.fire()
    await untilBlocked(first)
    await clock.advance(600_000)
    await first.stop()
    const second = openShop({ clock, store, action })
    await clock.advance(320_000)
    expect(await second.incident()).toMatchObject({ phase: 'handed-over', reason: 'blocked' })
    await second.stop()
  })

  test('waits no longer because its preview is out of reach in between', async () => {
    const whole = setFlag(freshWorld())
    let isAway = false
    const preview: typeof whole.preview = async (input, ctx) => {
      if (isAway) throw new MendkitError('unavailable', 'the API server is restarting')
      return whole.preview(input, ctx)
    }
    const shop = openShop({ action: { ...whole, preview, lockKeys: () => flagKey } })
    await shop.clock.advance(1_000)
    await hold(shop, 'the-flag')
    await shop.fire()
    await untilBlocked(shop)
    for (let minutes = 0; minutes < 16; minutes += 1) {
      isAway = !isAway
      await shop.clock.advance(60_000)
    }
    expect((await shop.moves())[3]).toEqual({ from: 'remediating', to: 'deciding' })
    await shop.stop()
  })

  test('names the incident and the execution that hold it', async () => {
    const world = freshPair()
    const shop = openPair(world)
    world.unreadable = 'checkout'
    await shop.fire(['CheckoutBroken'], { resource: 'checkout' })
    await shop.untilTrue('its outcome is unknown', async () => {
      return (await shop.mendkit.executions.list({ states: ['unknown'] })).length === 1
    })
    await shop.fire(['ReleaseBroken'], { resource: 'release' })
    const waiting = async () => (await shop.mendkit.incidents.list()).find(({ blockedBy }) => blockedBy !== undefined)
    await shop.untilTrue('the other waits', async () => (await waiting()) !== undefined)
    const [holder] = await shop.mendkit.executions.list({ states: ['unknown'] })
    expect((await waiting())?.blockedBy).toMatchObject({ incident: holder?.incidentId, execution: holder?.id })
    await shop.stop()
  })
})

test('a plan that waits for a full cap says which and how full, and is handed over in the end', async () => {
  const action = { ...setFlag(freshWorld()), blastRadius: () => ({ resources: [], replicas: 4 }) }
  const policies = [allowUpTo('high')]
  const shop = openShop({ action, policies, settings: { execution: { maxReplicasInFlight: 5, blockedMs: 60_000 } } })
  await shop.clock.advance(1_000)
  const three = { kind: 'counter', name: 'replicas-in-flight', add: 3 } as const
  await shop.store.commit({ tenant: 'default', expect: [], put: [three], audit: [] }, callContext())
  await shop.fire()
  await untilBlocked(shop)
  expect((await shop.incident()).blockedBy).toEqual({
    kind: 'cap',
    cap: 'maxReplicasInFlight',
    used: 3,
    wanted: 4,
    max: 5,
  })
  await shop.until('handed-over')
  expect((await shop.incident()).reason).toBe('blocked')
  expect(shop.notices.at(-1)?.body).toContain(
    'settings.execution.maxReplicasInFlight allows 5 replicas at risk at once',
  )
  await shop.stop()
})

test('an execution that was postponed and has lost its fence ends as nothing done', async () => {
  const world = freshWorld()
  world.beforeWrite = () => {
    world.beforeWrite = undefined
    throw new MendkitError('unavailable', 'too many requests', { effect: 'none', retryAfterMs: 10_000 })
  }
  const action = { ...setFlag(world), lockKeys: () => flagKey }
  const shop = openShop({ world, action, settings: { execution: { blockedMs: 60_000 } } })
  await shop.fire()
  await shop.untilTrue('it is postponed', async () => {
    return (await shop.mendkit.executions.list()).some(({ resendAt }) => resendAt !== undefined)
  })
  const [first] = await shop.mendkit.executions.list()
  await hold(shop, 'the-flag')
  await shop.untilTrue('it ended', async () => {
    return (await shop.mendkit.executions.list({ states: ['no-effect'] })).length === 1
  })
  expect(world.effects).not.toContain(first?.id)
  await shop.until('handed-over')
  expect((await shop.incident()).reason).toBe('blocked')
  expect(world.effects).toEqual([])
  await shop.stop()
})

test('an undo that is kept from its key calls a person in the end, with the key in the page', async () => {
  const world = freshWorld()
  world.health = 0.5
  world.afterWrite = () => {
    world.health = 0.1
  }
  const whole = setFlag(world)
  const action = { ...whole, lockKeys: () => (world.flag.on ? ['key-of-on'] : ['key-of-off']) }
  const shop = openShop({ world, action, settings: { execution: { blockedMs: 60_000 } } })
  await shop.clock.advance(1_000)
  await hold(shop, 'key-of-off')
  await shop.fire()
  await shop.untilTrue('the undo waits', async () => {
    const incident = await shop.incident().catch(() => undefined)
    return incident?.undoing !== undefined && incident.blockedBy !== undefined
  })
  await shop.until('escalated')
  expect((await shop.incident()).reason).toBe('undo-impossible')
  expect(shop.notices.at(-1)).toMatchObject({ urgency: 'page' })
  expect(shop.notices.at(-1)?.body).toContain('lock key key-of-off is held by plan pln_other')
  expect(world.effects).toHaveLength(1)
  await shop.stop()
})

test('the second action of a plan gives way to the verification of the first', async () => {
  const world = freshPair()
  const shop = openPair(world, { blockedMs: 60_000 })
  world.afterWrite = async (name) => {
    if (name === 'checkout') await hold(shop, resourceKey(flagOf('cart')))
  }
  await shop.fire(['ReleaseBroken'], { resource: 'release' })
  await untilBlocked(shop)
  await shop.until('verifying')
  expect(world.effects).toEqual(['checkout'])
  expect(await shop.incident()).not.toHaveProperty('blockedBy')
  await shop.stop()
})
