import { allowUpTo, definePolicy } from '@mendkit/core'
import { expect, test } from 'vitest'
import { freshWorld, openShop } from './support/shop.ts'

test('with autonomy off an incident only correlates, and clears by itself', async () => {
  const shop = openShop({ autonomy: { default: 'off' } })
  await shop.fire()
  await shop.until('open')
  await shop.clock.advance(60_000)
  expect(await shop.phase()).toBe('open')
  await shop.clear()
  await shop.until('resolved')
  expect((await shop.mendkit.incidents.list())[0]?.reason).toBe('self-resolved')
  await shop.stop()
})

test('the default autonomy only suggests: it previews, tells, and makes no approval', async () => {
  const shop = openShop({ autonomy: {} })
  await shop.fire()
  await shop.until('suggested')
  expect(await shop.mendkit.approvals.list({ states: ['open', 'granted', 'used'] })).toEqual([])
  expect(shop.world.effects).toHaveLength(0)
  expect(shop.notices).toHaveLength(1)
  await shop.stop()
})

test('without policies every plan is denied', async () => {
  const shop = openShop({ policies: [] })
  await shop.fire()
  await shop.until('handed-over')
  expect((await shop.mendkit.incidents.list())[0]?.reason).toBe('denied')
  await shop.stop()
})

test('what no rule explains is handed over with its evidence', async () => {
  const world = freshWorld()
  world.flag = { ...world.flag, on: false }
  const shop = openShop({ world })
  await shop.fire()
  await shop.until('handed-over')
  expect((await shop.mendkit.incidents.list())[0]?.reason).toBe('no-diagnosis')
  await shop.stop()
})

test('a relapse within the hold opens the incident again; after the hold it is closed for good', async () => {
  const shop = openShop()
  await shop.fire()
  await shop.until('verifying')
  await shop.clear()
  await shop.until('resolved')
  shop.world.flag = { ...shop.world.flag, on: true }
  await shop.mendkit.ingest({
    source: 'am',
    complete: false,
    asOf: new Date(shop.clock.now()).toISOString(),
    alerts: [
      { labels: { alertname: 'CheckoutBroken', flag: 'checkout' }, startsAt: new Date(shop.clock.now()).toISOString() },
    ],
  })
  await shop.until('awaiting-approval')
  const [incident] = await shop.mendkit.incidents.list()
  expect(incident?.relapses).toBe(1)
  expect(await shop.mendkit.incidents.list()).toHaveLength(1)
  await shop.clear()
  await shop.until('closed')
  await shop.stop()
})

test('an object that was changed within the cooldown gets no further effect without a person', async () => {
  const shop = openShop()
  await shop.fire()
  await shop.until('verifying')
  await shop.clear()
  await shop.until('closed')
  shop.world.flag = { ...shop.world.flag, on: true }
  await shop.mendkit.ingest({
    source: 'am',
    complete: false,
    asOf: new Date(shop.clock.now()).toISOString(),
    alerts: [
      { labels: { alertname: 'CheckoutBroken', flag: 'checkout' }, startsAt: new Date(shop.clock.now()).toISOString() },
    ],
  })
  await shop.clock.advance(20_000)
  const incidents = await shop.mendkit.incidents.list()
  expect(incidents.map((incident) => incident.phase)).toEqual(['closed', 'awaiting-approval'])
  expect(shop.world.effects).toHaveLength(1)
  await shop.stop()
})

test('a person closes an incident, and asks for a new diagnosis of one that waits', async () => {
  const policy = { ...allowUpTo('low') }
  let deny = true
  const gate = definePolicy({
    id: 'gate',
    decide: () => (deny ? { kind: 'deny', because: 'no' } : { kind: 'abstain' }),
  })
  const shop = openShop({ policies: [policy, gate] })
  await shop.fire()
  await shop.until('handed-over')
  const [incident] = await shop.mendkit.incidents.list()
  deny = false
  await shop.mendkit.incidents.diagnose(incident?.id ?? '')
  await shop.until('verifying')
  await shop.mendkit.incidents.close(incident?.id ?? '')
  await shop.clock.advance(2_000)
  expect(await shop.phase()).toBe('verifying')
  await shop.clear()
  await shop.until('resolved')
  await shop.mendkit.incidents.close(incident?.id ?? '')
  await shop.until('closed')
  await shop.stop()
})

test('one slow diagnosis while ten thousand alerts join is one investigation and one commit', async () => {
  const gate = Promise.withResolvers<void>()
  let asked = 0
  const shop = openShop({
    settings: { diagnosis: { timeoutMs: 120_000 }, engine: { portTimeoutMs: 120_000 } },
    integrations: [
      {
        evidence: [
          {
            spec: 1,
            id: 'slow',
            tools: [],
            gather: async () => {
              asked += 1
              await gate.promise
              return []
            },
          },
        ],
      },
    ],
  })
  await shop.fire()
  await shop.until('diagnosing')
  for (let step = 0; step < 20 && asked === 0; step += 1) await shop.clock.advance(250)
  const startsAt = new Date(shop.clock.now()).toISOString()
  for (let part = 0; part < 10; part += 1) {
    const alerts = Array.from({ length: 1_000 }, (_, index) => ({
      labels: { alertname: 'CheckoutBroken', flag: 'checkout', instance: `${part}-${index}` },
      startsAt,
    }))
    await shop.mendkit.ingest({ source: 'am', complete: false, asOf: startsAt, alerts })
    await shop.clock.advance(6_000)
  }
  gate.resolve()
  await shop.until('verifying')
  expect(asked).toBe(1)
  const [incident, ...others] = await shop.mendkit.incidents.list()
  expect(others).toEqual([])
  expect(incident?.diagnoses).toBe(1)
  await shop.stop()
})

test('an incident that a person holds is not looked at again and again when a deadline passes', async () => {
  const shop = openShop({ policies: [] })
  await shop.fire()
  await shop.until('handed-over')
  await shop.fire(['Another'], { resource: 'checkout' })
  await shop.clock.advance(5_000)
  const [incident] = await shop.mendkit.incidents.list()
  expect(incident?.deadlines.diagnose).toBeDefined()
  await shop.mendkit.incidents.takeOver(incident?.id ?? '')
  await shop.clock.advance(600_000)
  const [held] = await shop.mendkit.incidents.list()
  const before = held?.revision ?? 0
  await shop.clock.advance(600_000)
  expect((await shop.mendkit.incidents.list())[0]?.revision).toBe(before)
  const steps = /mendkit_step_seconds_count\{phase="handed-over"\} (\d+)/.exec(shop.mendkit.metrics())?.[1]
  expect(Number(steps)).toBeLessThan(20)
  await shop.stop()
})

test('a closed incident takes no command', async () => {
  const shop = openShop()
  await shop.fire()
  await shop.until('verifying')
  await shop.clear()
  await shop.until('closed')
  const [incident] = await shop.mendkit.incidents.list()
  await expect(shop.mendkit.incidents.takeOver(incident?.id ?? '')).rejects.toMatchObject({ code: 'conflict' })
  await shop.stop()
})
