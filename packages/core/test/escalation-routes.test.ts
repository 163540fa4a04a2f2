import {
  createMendkit,
  cronTimeZones,
  defineNotifier,
  MendkitError,
  type MendkitOptions,
  type Store,
  silentLogger,
} from '@mendkit/core'
import { callContext, simulatedStore, virtualClock } from '@mendkit/testkit'
import { Cron } from 'croner'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openHost } from './support/host.ts'
import { freshWorld } from './support/shop.ts'
import { openTiered, type TieredShop } from './support/tiers.ts'

type Escalation = NonNullable<NonNullable<MendkitOptions['settings']>['escalation']>
type Policy = Escalation['policies'][number]

const minute = 60_000
const timeZones = cronTimeZones(Cron)

function opened(...given: Parameters<typeof openTiered>): TieredShop {
  const tiered = openTiered(...given)
  onTestFinished(() => tiered.shop.stop())
  return tiered
}

const tier = (...notifiers: string[]): Policy['tiers'][number] => ({ notifiers, acknowledgeMs: 5 * minute })

describe('an escalation policy that could page nobody is refused, with the path', () => {
  const whole: Policy = { id: 'a', tiers: [tier('first')] }
  const wrong: readonly (readonly [string, readonly Policy[], string])[] = [
    ['an unknown notifier', [{ id: 'a', tiers: [tier('first', 'nobody')] }], 'policies.0.tiers.0.notifiers.1'],
    ['a notifier twice in a tier', [{ id: 'a', tiers: [tier('first', 'first')] }], 'policies.0.tiers.0.notifiers.1'],
    ['two policies of one name', [whole, whole], 'policies.1.id'],
    ['no tier', [{ id: 'a', tiers: [] }], 'policies.0.tiers'],
    ['an empty tier', [{ id: 'a', tiers: [tier()] }], 'policies.0.tiers.0.notifiers'],
    ['eleven tiers', [{ id: 'a', tiers: Array.from({ length: 11 }, () => tier('first')) }], 'policies.0.tiers'],
    ['no policy', [], 'policies'],
    ['matchers that cannot be read', [{ ...whole, match: ['severity critical'] }], 'policies.0.match.0'],
    ['eleven repeats', [{ ...whole, repeats: 11 }], 'policies.0.repeats'],
    [
      'hours that no calendar knows',
      [{ ...whole, quietHours: { windows: [{ pattern: '* 22-6 * * *', timeZone: 'Moon/Base' }] } }],
      'policies.0.quietHours.windows.0',
    ],
  ]
  test.each(wrong)('%s', (_, policies, path) => {
    const notifiers = [defineNotifier({ id: 'first', reachesPeople: true, send: async () => undefined })]
    const create = () =>
      createMendkit({ notifiers, settings: { escalation: { policies: [...policies] } }, system: { timeZones } })
    expect(create).toThrow(MendkitError)
    expect(create).toThrow(expect.objectContaining({ code: 'config', path: `settings.escalation.${path}` }))
  })
})

describe('the first policy that matches counts', () => {
  const routed: Escalation = {
    policies: [
      { id: 'checkout', match: ['alertname=~"Checkout.*"', 'flag="checkout"'], tiers: [tier('first')] },
      { id: 'rest', tiers: [tier('second')] },
    ],
  }

  test('one whose matchers all hold for one alert', async () => {
    const tiered = opened(routed)
    await tiered.shop.fire()
    await tiered.shop.untilTrue('somebody was paged', () => tiered.pages().length > 0)
    expect(tiered.pages()).toEqual(['first 1/1'])
  })

  test('not one whose matchers hold only for several alerts together', async () => {
    const policies = [
      { ...routed.policies[0], id: 'both', match: ['alertname="A"', 'alertname="B"'], tiers: [tier('first')] },
    ]
    const tiered = opened({ policies: [...policies, { id: 'rest', tiers: [tier('second')] }] })
    await tiered.shop.fire(['A', 'B'])
    await tiered.shop.untilTrue('somebody was paged', () => tiered.pages().length > 0)
    expect(tiered.pages()).toEqual(['second 1/1'])
  })

  test('and where none does, everybody is paged once', async () => {
    const tiered = opened({ policies: [{ id: 'other', match: ['alertname="Other"'], tiers: [tier('first')] }] })
    await tiered.shop.fire()
    await tiered.shop.untilTrue('everybody was paged', () => tiered.pages().length === 3)
    await tiered.shop.clock.advance(60 * minute)
    expect(tiered.pages().toSorted()).toEqual(['first', 'lead', 'second'])
  })

  test('where the alerts cannot be read everybody is paged, and the tiers begin once they can be', async () => {
    const inner = simulatedStore()
    let broken = true
    const members: Store['members'] = async (query, ctx) => {
      if (broken && tiered.shop.world.effects.length > 0) throw new Error('the table is gone')
      return inner.members(query, ctx)
    }
    const tiered = opened(
      { policies: [{ id: 'shop', match: ['alertname=~"Checkout.*"'], tiers: [tier('first'), tier('second')] }] },
      {
        store: { ...inner, members },
      },
    )
    await tiered.shop.fire()
    await tiered.shop.untilTrue('everybody was paged', () => tiered.pages().length === 3)
    expect(tiered.pages().toSorted()).toEqual(['first', 'lead', 'second'])
    broken = false
    await tiered.shop.clock.advance(11 * minute)
    expect(tiered.pages().slice(3)).toEqual(['first 1/1', 'second 2/1'])
  })
})

describe('quiet hours', () => {
  const quiet = (waits: 'info' | 'info-and-ask'): Escalation => ({
    policies: [
      {
        id: 'shop',
        tiers: [tier('first')],
        quietHours: { windows: [{ pattern: '* 0-6 * * *', timeZone: 'UTC' }], waits },
      },
    ],
  })
  /** The virtual clock begins at midnight, UTC. */
  const morning = 7 * 60 * minute
  const startOf = ({ shop }: TieredShop) => Date.parse(shop.openedAt)

  test('a quiet notice waits until they are over, and a restart does not forget it', async () => {
    const same = { clock: virtualClock(), store: simulatedStore(), world: freshWorld(), timeZones, policies: [] }
    const before = openTiered(quiet('info'), same)
    expect(new Date(startOf(before)).getUTCHours()).toBe(0)
    await before.shop.fire()
    await before.shop.until('handed-over')
    await before.shop.clock.advance(60 * minute)
    expect(before.told).toEqual([])
    await before.shop.stop()
    const after = opened(quiet('info'), same)
    await after.shop.clock.advance(5 * 60 * minute + 50 * minute)
    expect(after.told).toEqual([])
    await after.shop.untilTrue('it was told', () => after.told.length > 0)
    expect(after.told[0]?.at).toBeGreaterThanOrEqual(startOf(before) + morning)
    expect(after.told[0]?.at).toBeLessThan(startOf(before) + morning + minute)
  })

  test('a question waits only when the policy says so', async () => {
    const given = { timeZones, autonomy: { 'namespace:shop': 'approve' } } as const
    const asked = opened(quiet('info'), given)
    await asked.shop.fire()
    await asked.shop.untilTrue('it was asked', () => asked.of('first', 'ask').length > 0)
    const waits = opened(quiet('info-and-ask'), given)
    await waits.shop.fire()
    await waits.shop.until('awaiting-approval')
    await waits.shop.clock.advance(5 * minute)
    expect(waits.told).toEqual([])
  })

  test('a question that waits does not expire unheard: the time to answer begins when it is sent', async () => {
    const given = { timeZones, autonomy: { 'namespace:shop': 'approve' } } as const
    const tiered = opened(quiet('info-and-ask'), given)
    await tiered.shop.fire()
    await tiered.shop.until('awaiting-approval')
    const [question] = await tiered.shop.mendkit.approvals.list()
    await tiered.shop.clock.advance(6 * 60 * minute)
    expect([(await tiered.shop.incident()).phase, tiered.told]).toEqual(['awaiting-approval', []])
    await tiered.shop.clock.advance(61 * minute)
    expect(tiered.of('first', 'ask')).toHaveLength(1)
    expect(question?.expiresAt).toBeGreaterThanOrEqual(startOf(tiered) + morning + 30 * minute)
    await tiered.shop.clock.advance(20 * minute)
    expect(tiered.pages()).toEqual([])
    await tiered.shop.clock.advance(12 * minute)
    expect(tiered.pages()).toHaveLength(1)
  })

  test('a page never waits, and neither does what those hear who were paged', async () => {
    const tiered = opened(quiet('info-and-ask'), { timeZones })
    await tiered.shop.fire()
    await tiered.shop.untilTrue('somebody was paged', () => tiered.pages().length > 0)
    await tiered.shop.clear()
    await tiered.shop.untilTrue('it is over', () => tiered.of('first', 'info').length > 0)
    expect(tiered.told.at(-1)?.at).toBeLessThan(startOf(tiered) + 60 * minute)
  })

  test('hours that never end hold a notice up for a day at most', async () => {
    const always = { windows: [{ pattern: '* * * * *', timeZone: 'UTC' }] }
    const tiered = opened(
      { policies: [{ id: 'shop', tiers: [tier('first')], quietHours: always }] },
      { timeZones, policies: [] },
    )
    await tiered.shop.fire()
    await tiered.shop.until('handed-over')
    await tiered.shop.clock.advance(23 * 60 * minute)
    expect(tiered.told).toEqual([])
    await tiered.shop.clock.advance(61 * minute)
    expect(tiered.told).toHaveLength(1)
  })
})

describe('a notice that waits while the host gets other notifiers', () => {
  /** Who is told of a notice for these recipients by a host that has only `second`. */
  async function toldOf(recipients: readonly string[]): Promise<{ by: readonly string[]; logged: readonly string[] }> {
    const logged: string[] = []
    const log = { ...silentLogger, error: (text: string) => void logged.push(text) }
    const tiered = opened({ policies: [{ id: 'shop', tiers: [tier('second')] }] }, { log }, ['second'])
    await tiered.shop.fire()
    await tiered.shop.until('escalated')
    const [notice] = await tiered.shop.store.list('notice', { limit: 1 }, callContext())
    if (notice === undefined) return expect.unreachable()
    const fresh = {
      state: 'pending',
      attempts: 0,
      deliveredTo: [],
      refusedBy: [],
      nextAttemptAt: 0,
      revision: 0,
    } as const
    const row = { ...notice, ...fresh, id: 'ntc_old', recipients }
    const put = [{ kind: 'document', table: 'notice', row }] as const
    await tiered.shop.store.commit({ tenant: 'default', expect: [], put, audit: [] }, callContext())
    const ended = async () => (await tiered.shop.store.get('notice', 'default', 'ntc_old', callContext()))?.state
    await tiered.shop.untilTrue('it ended', async () => (await ended()) !== 'pending')
    const by = tiered.told.filter(({ notice: { id } }) => id === 'ntc_old').map((told) => told.by)
    const people = tiered.shop.notices.some(({ id }) => id === 'ntc_old') ? ['people'] : []
    return { by: [...by, ...people], logged }
  }

  test('is delivered to those that there still are, and the log says which is gone', async () => {
    const { by, logged } = await toldOf(['first', 'second'])
    expect(by).toEqual(['second'])
    expect(logged).toEqual([expect.stringContaining('reached 1 of 2 notifiers; this host has no notifier first')])
  })

  test('goes to everybody when none of them is left', async () => {
    const { by, logged } = await toldOf(['first', 'lead'])
    expect(by).toEqual(['second', 'people'])
    expect(logged).toEqual([expect.stringContaining('this host has no notifier first, lead')])
  })
})

describe('with the store away', () => {
  const notifier = (id: string, told: string[]) =>
    defineNotifier({ id, reachesPeople: true, send: async ({ title }) => void told.push(`${id}: ${title}`) })
  const help = 'Mendkit cannot read or write its state'

  async function calledBy(policies: readonly Policy[]): Promise<readonly string[]> {
    const told: string[] = []
    const claim: Store['claim'] = async () => {
      throw new MendkitError('unavailable', 'the store is down')
    }
    const members: Store['members'] = claim as never
    const host = await openHost({
      notifiers: ['first', 'second', 'third'].map((id) => notifier(id, told)),
      settings: { escalation: { policies: [...policies] } },
      faults: () => ({ claim, members }),
    })
    await host.clock.advance(60_000)
    await host.stop()
    return told
  }

  test('every tier is called for help at once, for nothing would page the next one', async () => {
    const told = await calledBy([{ id: 'all', tiers: [tier('second'), tier('first')] }])
    expect(told.toSorted()).toEqual([`first: ${help}`, `second: ${help}`])
  })

  test('everybody is called for help where the policy depends on what cannot be read', async () => {
    const policies = [{ id: 'critical', match: ['severity="critical"'], tiers: [tier('first')] }]
    expect((await calledBy(policies)).toSorted()).toEqual(['first', 'second', 'third'].map((id) => `${id}: ${help}`))
  })
})
