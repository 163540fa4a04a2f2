import type { Principal } from '@mendkit/core'
import { simulatedStore, virtualClock } from '@mendkit/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { unreadable } from './support/gate.ts'
import { freshWorld } from './support/shop.ts'
import { openTiered, type TieredShop, twoTiers } from './support/tiers.ts'

const minute = 60_000
const alice: Principal = { id: 'alice', roles: [], tenant: 'default', via: 'test' }
const bob: Principal = { id: 'bob', roles: [], tenant: 'default', via: 'test' }

function opened(...given: Parameters<typeof openTiered>): TieredShop {
  const tiered = openTiered(...given)
  onTestFinished(() => tiered.shop.stop())
  return tiered
}

async function escalated(...given: Parameters<typeof openTiered>): Promise<TieredShop> {
  const tiered = opened(...given)
  await tiered.shop.fire()
  await tiered.shop.until('escalated')
  await tiered.shop.untilTrue('the first tier was paged', () => tiered.pages().length > 0)
  return tiered
}

const id = async ({ shop }: TieredShop) => (await shop.incident()).id

test('without an escalation policy every notifier is paged once', async () => {
  const tiered = await escalated('none')
  const everybody = ['first', 'second', 'lead']
  expect(tiered.pages().toSorted()).toEqual(everybody.toSorted())
  await tiered.shop.clock.advance(60 * minute)
  expect(tiered.pages()).toHaveLength(3)
})

test('a page that nobody answers goes to the next tier, which learns who was paged before, and the last word is an entry', async () => {
  const tiered = await escalated()
  expect(tiered.pages()).toEqual(['first 1/1'])
  const start = tiered.told[0]?.at ?? 0
  await tiered.shop.clock.advance(4 * minute)
  expect(tiered.pages()).toHaveLength(1)
  await tiered.shop.clock.advance(2 * minute)
  expect(tiered.pages()).toEqual(['first 1/1', 'second 2/1', 'lead 2/1'])
  const second = tiered.told.find(({ by }) => by === 'second')
  expect((second?.at ?? 0) - start).toBeLessThan(5 * minute + 2_000)
  expect(second?.notice.body).toContain('Paged before, without an answer: first')
  await tiered.shop.clock.advance(30 * minute)
  expect(tiered.pages().slice(3).toSorted()).toEqual(['first', 'lead', 'second'])
  expect(tiered.told.at(-1)?.notice.body).toContain('Nobody answered any of its pages')
  const entries = await tiered.shop.mendkit.incidents.timeline(await id(tiered))
  expect(entries.events.filter(({ type }) => type === 'escalation-unanswered')).toMatchObject([
    { data: { policy: 'shop' } },
  ])
  expect(tiered.shop.mendkit.metrics()).toContain('mendkit_escalations_unanswered_total 1')
  expect((await tiered.shop.mendkit.health()).unansweredEscalations).toMatchObject({
    count: 1,
    newest: [await id(tiered)],
  })
})

test('an alert that joins meanwhile does not end the paging: it is diagnosed anew when nobody answered', async () => {
  const tiered = await escalated(twoTiers, { settings: { diagnosis: { minIntervalMs: 0 } } })
  await tiered.shop.fire(['CheckoutSlow'])
  await tiered.shop.clock.advance(6 * minute)
  expect(tiered.pages()).toEqual(['first 1/1', 'second 2/1', 'lead 2/1'])
  expect(await tiered.shop.phase()).toBe('escalated')
  await tiered.shop.clock.advance(6 * minute)
  const after = (await tiered.shop.moves()).slice(-2)
  expect(after).toContainEqual({ from: 'escalated', to: 'diagnosing' })
  expect(tiered.told.filter(({ notice }) => notice.body.includes('Nobody answered any of its pages'))).toHaveLength(3)
})

test('the next tier is paged also while every step of the incident fails', async () => {
  const tiered = await escalated()
  tiered.shop.gate.symptoms = unreadable
  await tiered.shop.clock.advance(6 * minute)
  expect(tiered.pages().filter((page) => page.includes('/'))).toEqual(['first 1/1', 'second 2/1', 'lead 2/1'])
})

test('and not when somebody has taken it over meanwhile', async () => {
  const tiered = await escalated()
  tiered.shop.gate.symptoms = unreadable
  await tiered.shop.mendkit.as(alice).incidents.acknowledge(await id(tiered))
  await tiered.shop.clock.advance(20 * minute)
  expect(tiered.pages().filter((page) => page.includes('/'))).toEqual(['first 1/1'])
  expect((await tiered.shop.incident()).escalation).toEqual({ kind: 'held' })
})

test('the tiers are gone through again as often as the policy says', async () => {
  const policies = twoTiers.policies.map((policy) => ({ ...policy, repeats: 1 }))
  const tiered = await escalated({ policies })
  await tiered.shop.clock.advance(60 * minute)
  const pages = tiered.pages()
  expect(pages.slice(0, 6)).toEqual(['first 1/1', 'second 2/1', 'lead 2/1', 'first 1/2', 'second 2/2', 'lead 2/2'])
  expect(pages).toHaveLength(9)
})

test('acknowledging stops the paging, and those who were paged learn who has it', async () => {
  const tiered = await escalated()
  await tiered.shop.clock.advance(2 * minute)
  await tiered.shop.mendkit.as(alice).incidents.acknowledge(await id(tiered))
  await tiered.shop.clock.advance(120 * minute)
  expect(tiered.pages()).toEqual(['first 1/1'])
  expect(tiered.of('first', 'info')).toMatchObject([{ acknowledgedBy: 'alice', phase: 'escalated' }])
  expect(tiered.of('first', 'info')[0]?.body).toMatch(/Acknowledged by alice after 2 min/)
  expect(await tiered.shop.incident()).toMatchObject({ heldBy: { by: 'alice' }, escalation: { kind: 'held' } })
  expect(tiered.shop.mendkit.metrics()).toContain('mendkit_acknowledge_seconds_count 1')
  const story = await tiered.shop.mendkit.incidents.timeline(await id(tiered), { format: 'markdown' })
  expect(story).toContain('Acknowledged it, and so took the incident over')
  expect(story).toContain('Paged tier 1 of 2 of escalation policy `shop`: for `first`')
  expect(story).toMatch(/Acknowledged: by `alice`, 2 min \d* ?s? ?after the first page/)
})

test('taking an incident over stops the paging too', async () => {
  const tiered = await escalated()
  await tiered.shop.mendkit.as(alice).incidents.takeOver(await id(tiered))
  await tiered.shop.clock.advance(60 * minute)
  expect(tiered.pages()).toEqual(['first 1/1'])
})

test('handing back what is still escalated pages the first tier again, and the tiers go on from there', async () => {
  const tiered = await escalated()
  await tiered.shop.clock.advance(6 * minute)
  await tiered.shop.mendkit.as(alice).incidents.acknowledge(await id(tiered))
  await tiered.shop.clock.advance(30 * minute)
  await tiered.shop.mendkit.as(alice).incidents.handBack(await id(tiered))
  await tiered.shop.clock.advance(6 * minute)
  expect(tiered.pages()).toEqual(['first 1/1', 'second 2/1', 'lead 2/1', 'first 1/1', 'second 2/1', 'lead 2/1'])
  const keys = tiered.told.map(({ by, notice }) => `${by} ${notice.dedupeKey}`)
  expect(new Set(keys).size).toBe(keys.length)
})

test('a snooze is over by itself: then the first tier is paged again', async () => {
  const tiered = await escalated()
  await tiered.shop.mendkit.as(alice).incidents.snooze(await id(tiered), { ms: 20 * minute, because: 'on my way' })
  await tiered.shop.clock.advance(19 * minute)
  expect(tiered.pages()).toHaveLength(1)
  await tiered.shop.clock.advance(2 * minute)
  expect(tiered.pages()).toEqual(['first 1/1', 'first 1/1'])
  expect((await tiered.shop.incident()).heldBy).toBeUndefined()
  const { events } = await tiered.shop.mendkit.incidents.timeline(await id(tiered))
  const said = events.find((event) => event.type === 'command-given')
  expect(said).toMatchObject({
    actor: { id: 'alice' },
    data: { kind: 'snooze' },
    texts: { because: { text: 'on my way' } },
  })
  expect(events.filter(({ type }) => type === 'snooze-ended')).toMatchObject([{ data: { by: 'alice' } }])
})

test('a reassigned incident is somebody else’s, who is told by whom, and nobody is paged', async () => {
  const tiered = await escalated()
  await tiered.shop.mendkit.as(alice).incidents.reassign(await id(tiered), { to: 'bob', because: 'he knows it' })
  await tiered.shop.clock.advance(60 * minute)
  expect(tiered.pages()).toHaveLength(1)
  expect(tiered.of('first', 'info')[0]?.body).toContain('Reassigned by alice to bob')
  expect((await tiered.shop.incident()).heldBy).toMatchObject({ by: 'bob', from: 'alice' })
  await tiered.shop.mendkit.as(bob).incidents.handBack(await id(tiered))
  await tiered.shop.clock.advance(minute)
  expect(tiered.pages()).toHaveLength(2)
})

test.each([
  ['closed', (tiered: TieredShop, incident: string) => tiered.shop.mendkit.incidents.close(incident)],
  ['resolved', (tiered: TieredShop, incident: string) => tiered.shop.mendkit.incidents.resolve(incident)],
  ['cleared', (tiered: TieredShop) => tiered.shop.clear()],
])('an incident that is %s pages nobody any more, and whoever was paged learns that it is over', async (_, end) => {
  const tiered = await escalated()
  await tiered.shop.clock.advance(6 * minute)
  await end(tiered, await id(tiered))
  await tiered.shop.clock.advance(20 * minute)
  expect(tiered.pages()).toHaveLength(3)
  expect(['first', 'second', 'lead'].map((by) => tiered.of(by, 'info').length)).toEqual([1, 1, 1])
  expect(['resolved', 'closed']).toContain(tiered.of('lead', 'info')[0]?.phase)
})

test('a tier that is due when the alerts have just cleared is not paged', async () => {
  const tiered = await escalated()
  tiered.shop.gate.at = 'escalated'
  await tiered.shop.clear()
  await tiered.shop.clock.advance(6 * minute)
  expect(await tiered.shop.phase()).toBe('escalated')
  tiered.shop.gate.at = undefined
  await tiered.shop.until('resolved')
  await tiered.shop.clock.advance(10 * minute)
  expect(tiered.pages()).toEqual(['first 1/1'])
})

test('a merge ends the paging of what merges away, and whoever was paged learns how the survivor ends', async () => {
  const autonomy = { default: 'off', 'namespace:shop': 'approve' } as const
  const { shop, pages, of } = opened(twoTiers, { autonomy })
  await shop.fire(['CheckoutBroken'], { resource: 'quiet' })
  await shop.until('open')
  await shop.clock.advance(1_000)
  await shop.fire()
  await shop.untilTrue('the first tier was paged for the younger one', () => pages().length === 1)
  await shop.mendkit.recordChange({ kind: 'deployment', at: shop.openedAt, labels: { alertname: 'CheckoutBroken' } })
  await shop.clock.advance(60 * minute)
  expect((await shop.mendkit.incidents.list())[1]).toMatchObject({ phase: 'closed', reason: 'merged' })
  expect(pages()).toEqual(['first 1/1'])
  await shop.mendkit.incidents.close((await shop.incident()).id)
  await shop.untilTrue('it was told', () => of('first', 'info').length === 1)
  expect(of('first', 'info')).toMatchObject([{ phase: 'closed', incidentId: (await shop.incident()).id }])
})

test('a restart between two tiers pages the second one once', async () => {
  const same = { clock: virtualClock(), store: simulatedStore(), world: freshWorld() }
  const before = openTiered(twoTiers, same)
  await before.shop.fire()
  await before.shop.untilTrue('the first tier was paged', () => before.pages().length > 0)
  await before.shop.clock.advance(4 * minute)
  await before.shop.stop()
  await same.clock.advance(10 * minute)
  const after = opened(twoTiers, same)
  await after.shop.clock.advance(4 * minute)
  expect([before.pages(), after.pages()]).toEqual([['first 1/1'], ['second 2/1', 'lead 2/1']])
})

test('two workers on one store page each tier once', async () => {
  const same = { clock: virtualClock(), store: simulatedStore(), world: freshWorld() }
  const both = [opened(twoTiers, same), opened(twoTiers, same)]
  await both[0]?.shop.fire()
  await both[0]?.shop.until('escalated')
  await same.clock.advance(9 * minute)
  expect(both.flatMap((each) => each.pages()).toSorted()).toEqual(['first 1/1', 'lead 2/1', 'second 2/1'])
})

test('an approval that nobody answers goes through the tiers', async () => {
  const tiered = opened(twoTiers, { autonomy: { 'namespace:shop': 'approve' } })
  await tiered.shop.fire()
  await tiered.shop.until('awaiting-approval')
  await tiered.shop.untilTrue('it was asked', () => tiered.of('first', 'ask').length === 1)
  expect(tiered.told).toHaveLength(1)
  await tiered.shop.until('escalated')
  await tiered.shop.untilTrue('it was paged', () => tiered.pages().length === 3)
  expect(tiered.pages()).toEqual(['first 1/1', 'second 2/1', 'lead 2/1'])
})

test('an incident that somebody had before it escalated pages the first tier once, and no other', async () => {
  const world = freshWorld()
  const tiered = opened(twoTiers, { world })
  await tiered.shop.fire()
  await tiered.shop.until('verifying')
  await tiered.shop.mendkit.as(alice).incidents.takeOver(await id(tiered))
  await tiered.shop.until('escalated')
  await tiered.shop.clock.advance(60 * minute)
  expect(tiered.pages()).toEqual(['first 1/1'])
})
