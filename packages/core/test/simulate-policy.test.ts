import { allowUpTo, askAbove, cooldown, cronTimeZones, definePolicy, onlyDuring, rateLimit } from '@mendkit/core'
import { callContext, simulatedStore, virtualClock } from '@mendkit/testkit'
import { Cron } from 'croner'
import { expect, onTestFinished, test } from 'vitest'
import { freshWorld, openShop, type Shop, setFlag } from './support/shop.ts'

const since = '2026-07-01T00:00:00Z'

/** A shop in which three incidents got a plan each, at ten, eleven and twelve o'clock; the first two were carried out. */
async function threePlans(autonomy: 'auto' | 'suggest' = 'auto'): Promise<Shop> {
  const world = freshWorld()
  world.afterWrite = () => {
    world.flag = { ...world.flag, on: true }
  }
  const whole = setFlag(world)
  const preview: typeof whole.preview = async (input, ctx) => ({
    ...(await whole.preview(input, ctx)),
    lockKeys: [input.incident.id],
  })
  const clock = virtualClock({ startAt: Date.UTC(2026, 6, 1, 10) })
  const first = definePolicy({
    id: 'the-first-two',
    decide: async ({ executions }) =>
      (await executions()).items.length < 2
        ? { kind: 'allow', because: 'not many yet' }
        : { kind: 'deny', because: 'enough' },
  })
  const shop = openShop({
    ...{ world, clock, store: simulatedStore(), timeZones: cronTimeZones(Cron) },
    action: { ...whole, preview },
    autonomy: { 'namespace:shop': autonomy },
    policies: [first],
    settings: { verification: { deadlineMs: 60_000 } },
  })
  onTestFinished(() => shop.stop())
  const settled = ['verifying', 'escalated', 'handed-over', 'suggested']
  for (const name of ['one', 'two', 'three']) {
    await shop.fire([name], { resource: name, since: 'now' })
    await shop.untilTrue(`${name} is decided`, async () => {
      const phases = (await shop.mendkit.incidents.list()).map(({ phase }) => phase)
      return phases.every((phase) => settled.includes(phase))
    })
    await clock.advance(3_600_000)
  }
  return shop
}

test('tells of every plan what other policies would have said with the past and the clocks of its own time', async () => {
  const shop = await threePlans()
  const morning = onlyDuring({ pattern: '* 10-11 * * *', timeZone: 'UTC' })
  const policies = [
    allowUpTo('low'),
    rateLimit({ per: 'tenant', max: 1, withinMs: 5_400_000, otherwise: 'deny' }),
    morning,
  ]
  const told = await shop.mendkit.simulatePolicy(policies, { since })
  expect(told.rows.map(({ at, was, wouldBe }) => [at.slice(11, 13), was, wouldBe])).toEqual([
    ['12', 'deny', 'deny'],
    ['11', 'allow', 'deny'],
    ['10', 'allow', 'allow'],
  ])
  expect(told.rows[1]?.because).toEqual([
    'rate-limit:tenant:1:5400000:deny: it would be number 2 within 90 min of this tenant; the limit is 1',
  ])
  const plans = await shop.store.list('plan', { tenant: 'default', limit: 10 }, callContext())
  expect(told.rows.map(({ plan, incident }) => [plan, incident])).toEqual(
    plans.map(({ id, incidentId }) => [id, incidentId]).toReversed(),
  )
  expect(told.totals).toEqual({
    ...{ plans: 3, changed: 1, leftOut: 0 },
    was: { allow: 2, ask: 0, deny: 1 },
    wouldBe: { allow: 1, ask: 0, deny: 2 },
  })
  expect(told).toMatchObject({ complete: true })
  expect(told).not.toHaveProperty('after')
})

test('compares what policies say before the autonomy level, so that a host that only suggests can learn from it', async () => {
  const shop = await threePlans('suggest')
  const { rows } = await shop.mendkit.simulatePolicy([allowUpTo('low'), cooldown({ per: 'tenant', ms: 60_000 })], {
    since,
  })
  expect(rows.map(({ was, wouldBe }) => `${was} ${wouldBe}`)).toEqual(Array(3).fill('allow allow'))
  const nobody = await shop.mendkit.simulatePolicy([], { since })
  expect(nobody.totals.wouldBe).toEqual({ allow: 0, ask: 0, deny: 3 })
})

test('the safety policies count too', async () => {
  const shop = await threePlans('suggest')
  const [row] = await shop.store.list('plan', { tenant: 'default', limit: 1 }, callContext())
  const actions = (row?.actions ?? []).map((action) => ({ ...action, reversible: false }))
  if (row === undefined) throw new Error('there is no plan')
  const put = [{ kind: 'document', table: 'plan', row: { ...row, actions } }] as const
  await shop.store.commit({ tenant: 'default', expect: [], put, audit: [] }, callContext())
  const { rows } = await shop.mendkit.simulatePolicy([allowUpTo('low')], { since })
  expect(rows.at(-1)).toMatchObject({ wouldBe: 'ask', because: [expect.stringContaining('safety.irreversible')] })
})

test('reads plans of the wanted time alone, page by page, and none of another tenant', async () => {
  const shop = await threePlans()
  const policies = [askAbove('low')]
  const hours = async (query: { since: string; until?: string; limit?: number; after?: string }) => {
    const { rows, after } = await shop.mendkit.simulatePolicy(policies, query)
    return { hours: rows.map(({ at }) => at.slice(11, 13)), after }
  }
  expect(await hours({ since: '2026-07-01T10:59:00Z', until: '2026-07-01T12:00:00Z' })).toEqual({ hours: ['11'] })
  const first = await hours({ since, limit: 2 })
  expect(first.hours).toEqual(['12', '11'])
  expect(await hours({ since, limit: 2, after: first.after ?? '' })).toEqual({ hours: ['10'] })
  const other = shop.mendkit.as({ id: 'eve', roles: [], tenant: 'globex', via: 'test' })
  expect((await other.simulatePolicy(policies, { since })).rows).toEqual([])
})

test('writes nothing', async () => {
  const shop = await threePlans()
  const before = await shop.mendkit.audit.read({ limit: 1_000 })
  const incidents = await shop.mendkit.incidents.list()
  await shop.mendkit.simulatePolicy([allowUpTo('high')], { since })
  expect(await shop.mendkit.audit.read({ limit: 1_000 })).toEqual(before)
  expect(await shop.mendkit.incidents.list()).toEqual(incidents)
})

test('refuses policies that could not judge and times that are none', async () => {
  const shop = openShop()
  onTestFinished(() => shop.stop())
  const simulate = (policies: never[], query: object = {}) =>
    shop.mendkit.simulatePolicy(policies, { since, ...query }).catch((error: unknown) => error)
  expect(await simulate([{ id: 'x' }] as never)).toMatchObject({ code: 'config', path: 'policies.0.spec' })
  const never = onlyDuring({ pattern: '* * * * *', timeZone: 'UTC' })
  expect(await simulate([never] as never)).toMatchObject({ code: 'config', path: 'policies.0.calendars.0' })
  expect(await simulate([], { since: 'yesterday' })).toMatchObject({ code: 'invalid', path: 'since' })
  expect(await simulate([], { until: '2026-06-01T00:00:00Z' })).toMatchObject({ code: 'invalid', path: 'until' })
  expect(await simulate([], { limit: 1_001 })).toMatchObject({ code: 'invalid', path: 'limit' })
})
