import type { Principal } from '@mendkit/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { freshWorld, openShop, type Shop } from './support/shop.ts'

const minute = 60_000
const alice: Principal = { id: 'alice', roles: [], tenant: 'default', via: 'test' }

function opened(given: Parameters<typeof openShop>[0] = {}): Shop {
  const shop = openShop(given)
  onTestFinished(() => shop.stop())
  return shop
}

const asking = { autonomy: { 'namespace:shop': 'approve' } } as const

async function asked(): Promise<Shop> {
  const shop = opened(asking)
  await shop.fire()
  await shop.until('awaiting-approval')
  return shop
}

describe('a person says that an incident is over', () => {
  test('it is resolved with the reason, its question is void, and it closes after the hold', async () => {
    const shop = await asked()
    const { id } = await shop.incident()
    await shop.mendkit.as(alice).incidents.resolve(id, { because: 'it was a drill' })
    await shop.until('resolved')
    expect(await shop.incident()).toMatchObject({ reason: 'resolved-by-person' })
    expect(await shop.mendkit.approvals.list({ states: ['void'] })).toMatchObject([{ voidBecause: 'resolved' }])
    await shop.clear()
    await shop.clock.advance(29 * minute)
    expect(await shop.phase()).toBe('resolved')
    await shop.until('closed')
    expect((await shop.incident()).relapses).toBe(0)
    const story = await shop.mendkit.incidents.timeline(id, { format: 'markdown' })
    expect(story).toContain('a person said that it is over')
    expect(story).toContain('it was a drill')
    expect(shop.world.effects).toEqual([])
  })

  test('while its alerts still fire they have the hold to clear, and no longer', async () => {
    const shop = await asked()
    await shop.mendkit.incidents.resolve((await shop.incident()).id)
    await shop.until('resolved')
    await shop.clock.advance(29 * minute)
    expect(await shop.phase()).toBe('resolved')
    await shop.untilTrue('it came back', async () => (await shop.incident()).relapses === 1)
  })

  test('an alert that joins after that is a relapse at once', async () => {
    const shop = await asked()
    await shop.mendkit.incidents.resolve((await shop.incident()).id)
    await shop.until('resolved')
    await shop.clock.advance(minute)
    await shop.fire(['CheckoutSlow'])
    await shop.clock.advance(5_000)
    expect((await shop.incident()).relapses).toBe(1)
  })

  test('an alert that cleared and came back is a relapse', async () => {
    const shop = await asked()
    await shop.mendkit.incidents.resolve((await shop.incident()).id)
    await shop.until('resolved')
    await shop.clear()
    await shop.clock.advance(minute)
    await shop.fire(['CheckoutBroken'], { since: 'now' })
    await shop.clock.advance(5_000)
    expect((await shop.incident()).relapses).toBe(1)
  })

  test('is refused while an execution is in flight, and when it is over already', async () => {
    const shop = opened()
    await shop.fire()
    await shop.until('verifying')
    const { id } = await shop.incident()
    await shop.mendkit.incidents.resolve(id)
    await shop.clock.advance(1_000)
    expect(await shop.phase()).toBe('verifying')
    await shop.clear()
    await shop.until('resolved')
    await shop.mendkit.incidents.resolve(id)
    await shop.clock.advance(1_000)
    expect(await shop.incident()).toMatchObject({ phase: 'resolved', reason: 'remediated' })
    const { events } = await shop.mendkit.incidents.timeline(id)
    const refused = events.flatMap((event) => (event.type === 'command-refused' ? [event.data.because] : []))
    expect(refused).toEqual(['execution-in-flight', 'already-resolved'])
  })
})

describe('taking an incident over', () => {
  test('by acknowledging it before it escalates: its question is void, and nothing is changed', async () => {
    const shop = await asked()
    const { id } = await shop.incident()
    await shop.mendkit.as(alice).incidents.acknowledge(id)
    await shop.clock.advance(60 * minute)
    expect(await shop.mendkit.approvals.list()).toEqual([])
    expect(await shop.incident()).toMatchObject({ phase: 'deciding', heldBy: { by: 'alice' } })
    expect(shop.notices.filter(({ urgency }) => urgency === 'page')).toEqual([])
  })

  test('for a while: then Mendkit goes on where it stands', async () => {
    const shop = await asked()
    const { id } = await shop.incident()
    const until = new Date(shop.clock.now() + 10 * minute).toISOString()
    await shop.mendkit.as(alice).incidents.snooze(id, { until })
    await shop.clock.advance(9 * minute)
    expect(await shop.phase()).toBe('deciding')
    await shop.clock.advance(2 * minute)
    expect(await shop.phase()).toBe('awaiting-approval')
    expect((await shop.incident()).heldBy).toBeUndefined()
  })

  test('an acknowledgement after a snooze outlasts it', async () => {
    const shop = await asked()
    const { id } = await shop.incident()
    await shop.mendkit.as(alice).incidents.snooze(id, { ms: 10 * minute })
    await shop.clock.advance(5 * minute)
    await shop.mendkit.as(alice).incidents.acknowledge(id)
    await shop.clock.advance(60 * minute)
    expect(await shop.phase()).toBe('deciding')
    expect((await shop.incident()).heldBy).toMatchObject({ by: 'alice' })
  })

  test('without an escalation policy, those who were paged learn who has it, and giving it back pages nobody', async () => {
    const world = freshWorld()
    world.health = 0.5
    const shop = opened({ world })
    await shop.fire()
    await shop.until('escalated')
    const { id } = await shop.incident()
    await shop.clock.advance(minute)
    await shop.mendkit.as(alice).incidents.acknowledge(id)
    await shop.clock.advance(minute)
    await shop.mendkit.as(alice).incidents.handBack(id)
    await shop.clock.advance(60 * minute)
    expect(shop.notices.map(({ urgency, acknowledgedBy }) => [urgency, acknowledgedBy])).toEqual([
      ['page', undefined],
      ['info', 'alice'],
    ])
    const { escalation } = await shop.mendkit.incidents.timeline(id)
    expect(escalation).toMatchObject({ pages: [{}], acknowledged: [{ by: 'alice' }] })
    expect(escalation.acknowledged[0]?.afterMs).toBeGreaterThanOrEqual(minute)
  })
})

describe('what a person cannot mean is refused, with the path', () => {
  const week = 7 * 24 * 60 * minute
  const wrong: readonly (readonly [string, (shop: Shop, id: string) => Promise<void>, string, string])[] = [
    ['a snooze of no time', ({ mendkit }, id) => mendkit.incidents.snooze(id, { ms: 0 }), 'snooze.ms', 'invalid'],
    [
      'a snooze of more than a week',
      ({ mendkit }, id) => mendkit.incidents.snooze(id, { ms: week + 1 }),
      'snooze.ms',
      'invalid',
    ],
    [
      'a snooze until a moment that has passed',
      ({ mendkit, openedAt }, id) => mendkit.incidents.snooze(id, { until: openedAt }),
      'snooze.until',
      'invalid',
    ],
    [
      'a snooze until a moment too far away',
      ({ mendkit }, id) => mendkit.incidents.snooze(id, { until: '2036-01-01T00:00:00Z' }),
      'snooze.until',
      'invalid',
    ],
    ['nobody in particular', ({ mendkit }, id) => mendkit.incidents.reassign(id, { to: '' }), 'reassign.to', 'invalid'],
    [
      'two lines for a name',
      ({ mendkit }, id) => mendkit.incidents.reassign(id, { to: 'a\nb' }),
      'reassign.to',
      'invalid',
    ],
  ]
  test.each(wrong)('%s', async (_, command, path, code) => {
    const shop = await asked()
    const { id } = await shop.incident()
    await expect(command(shop, id)).rejects.toMatchObject({ code, path })
    expect((await shop.mendkit.incidents.timeline(id)).events.some(({ type }) => type === 'command-given')).toBe(false)
  })

  test('an incident that there is not, and one that is closed', async () => {
    const shop = await asked()
    const { id } = await shop.incident()
    const { incidents } = shop.mendkit
    const all = [
      (of: string) => incidents.acknowledge(of),
      (of: string) => incidents.snooze(of, { ms: minute }),
      (of: string) => incidents.reassign(of, { to: 'bob' }),
      (of: string) => incidents.resolve(of),
    ]
    for (const command of all) await expect(command('inc_none')).rejects.toMatchObject({ code: 'not-found' })
    await incidents.close(id)
    await shop.until('closed')
    for (const command of all) await expect(command(id)).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('what is so already', () => {
  const bob: Principal = { ...alice, id: 'bob' }

  async function given(shop: Shop): Promise<readonly string[]> {
    const { events } = await shop.mendkit.incidents.timeline((await shop.incident()).id)
    return events.flatMap((event) => (event.type === 'command-given' ? [event.data.kind] : []))
  }

  test('is recorded once, and an acknowledgement says since when', async () => {
    const shop = await asked()
    const { id } = await shop.incident()
    const { incidents } = shop.mendkit.as(alice)
    const at = new Date(shop.clock.now()).toISOString()
    const both = await Promise.all([incidents.acknowledge(id), incidents.acknowledge(id)])
    expect(both.toSorted((one, other) => Number(one.already) - Number(other.already))).toEqual([
      { by: 'alice', at, already: false },
      { by: 'alice', at, already: true },
    ])
    await shop.clock.advance(minute)
    expect(await incidents.acknowledge(id)).toEqual({ by: 'alice', at, already: true })
    await incidents.takeOver(id)
    expect(await given(shop)).toEqual(['acknowledge'])
  })

  test('an acknowledgement takes nothing from whoever has it, and a take-over does', async () => {
    const shop = await asked()
    const { id } = await shop.incident()
    const since = new Date(shop.clock.now()).toISOString()
    await shop.mendkit.as(alice).incidents.acknowledge(id)
    await expect(shop.mendkit.as(bob).incidents.acknowledge(id)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`already acknowledged by alice, since ${since}`),
    })
    expect(await given(shop)).toEqual(['acknowledge'])
    await shop.mendkit.as(bob).incidents.takeOver(id)
    await shop.clock.advance(minute)
    expect((await shop.incident()).heldBy).toMatchObject({ by: 'bob' })
  })

  test('a snooze puts no end to what somebody else has, and one may snooze what is theirs', async () => {
    const shop = await asked()
    const { id } = await shop.incident()
    await shop.mendkit.as(alice).incidents.takeOver(id)
    await expect(shop.mendkit.as(bob).incidents.snooze(id, { ms: minute })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('already acknowledged by alice'),
    })
    await shop.clock.advance(10 * minute)
    expect((await shop.incident()).heldBy).toMatchObject({ by: 'alice' })
    expect(await given(shop)).toEqual(['take-over'])
    await shop.mendkit.as(alice).incidents.snooze(id, { ms: minute })
    await expect(shop.mendkit.as(bob).incidents.snooze(id, { ms: minute })).rejects.toMatchObject({ code: 'conflict' })
    await shop.clock.advance(10 * minute)
    expect((await shop.incident()).heldBy).toBeUndefined()
    await shop.mendkit.as(bob).incidents.snooze(id, { ms: minute })
    expect(await given(shop)).toEqual(['take-over', 'snooze', 'snooze'])
  })

  test('whoever was given an incident says once that they heard of it', async () => {
    const shop = await asked()
    const { id } = await shop.incident()
    await shop.mendkit.as(alice).incidents.reassign(id, { to: 'bob' })
    expect(await shop.mendkit.as(bob).incidents.acknowledge(id)).toMatchObject({ by: 'bob', already: false })
    expect(await shop.mendkit.as(bob).incidents.acknowledge(id)).toMatchObject({ by: 'bob', already: true })
    expect(await given(shop)).toEqual(['reassign', 'acknowledge'])
  })

  test('of a resolved incident there is nothing to acknowledge or to snooze', async () => {
    const shop = await asked()
    const { id } = await shop.incident()
    await shop.mendkit.incidents.resolve(id)
    await shop.until('resolved')
    const { incidents } = shop.mendkit.as(alice)
    const refused = { code: 'conflict', message: expect.stringContaining('is resolved, since') }
    await expect(incidents.acknowledge(id)).rejects.toMatchObject(refused)
    await expect(incidents.snooze(id, { ms: minute })).rejects.toMatchObject(refused)
    expect(await given(shop)).toEqual(['resolve'])
  })
})
