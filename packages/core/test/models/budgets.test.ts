import { MendkitError, type ModelAnswer, type ModelTurn, ruleAnalyzer, type Store } from '@mendkit/core'
import { callContext, simulatedStore, virtualClock } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { asksOnly, type CountingModel, countingModel, question, replies } from '../support/asking.ts'
import { flagRule, openShop, type Shop } from '../support/shop.ts'

const price = { provider: 'acme', model: '*', input: 3_000, cachedInput: 300, cacheWrite: 3_750, output: 15_000 }

interface Entry {
  readonly type: string
  readonly data: Record<string, unknown>
  readonly blobs: Record<string, string>
}

async function entriesOf(shop: Shop, type: string): Promise<readonly Entry[]> {
  const records = await shop.mendkit.audit.read({ limit: 1_000 })
  const entries = records.map(({ bytes }) => JSON.parse(new TextDecoder().decode(bytes)) as Entry)
  return entries.filter((entry) => entry.type === type)
}

async function turnsOf(store: Store, incidentId: string): Promise<readonly ModelTurn[]> {
  return store.list('turn', { tenant: 'default', incidentId, limit: 100 }, callContext())
}

/** A shop in which one incident was looked into and handed over. */
async function investigated(given: Parameters<typeof openShop>[0]) {
  const shop = openShop({ autonomy: { default: 'suggest' }, ...given })
  await shop.fire()
  await shop.until('handed-over')
  const incident = await shop.incident()
  return { shop, incident, turns: await turnsOf(shop.store, incident.id) }
}

describe('a call of a model', () => {
  const usage = { inputTokens: 1_000, cachedInputTokens: 600, cacheWriteTokens: 100, outputTokens: 200 }
  // 300 at the price of input, 600 from the cache, 100 into it, 200 written.
  const microUsd = 900 + 180 + 375 + 3_000

  test('is counted as its provider says, on the incident, the diagnosis, in the log and in the metrics', async () => {
    const model = countingModel(async () => replies(usage))
    const analyzers = [asksOnly(model, { times: 2 })]
    const { shop, incident, turns } = await investigated({ analyzers, settings: { models: { prices: [price] } } })
    const spent = { tokens: 1_200, inputTokens: 1_000, cachedInputTokens: 600, outputTokens: 200, microUsd }
    const both = { calls: 2, tokens: 2_400, inputTokens: 2_000, cachedInputTokens: 1_200, outputTokens: 400 }
    expect(turns.map(({ state, spending }) => ({ state, spending }))).toEqual([
      { state: 'answered', spending: { ...spent, calls: 1, ms: 0 } },
      { state: 'answered', spending: { ...spent, calls: 1, ms: 0 } },
    ])
    expect(incident).toMatchObject({ reason: 'no-diagnosis', spending: { ...both, microUsd: 2 * microUsd } })
    const [diagnosis] = await shop.store.list('diagnosis', { tenant: 'default', limit: 10 }, callContext())
    expect(diagnosis).toMatchObject({ id: turns[0]?.diagnosisId, spending: both })
    const ended = await entriesOf(shop, 'model-call-ended')
    expect(ended.at(-1)?.data).toMatchObject({
      provider: 'acme',
      model: 'one',
      finish: 'stop',
      left: { tokens: 50_000 - 2_400, calls: 4, ms: 60_000 },
    })
    const metrics = shop.mendkit.metrics()
    expect(metrics).toContain('mendkit_model_calls_total{provider="acme",model="one",outcome="answered"} 2')
    expect(metrics).toContain('mendkit_model_tokens_total{provider="acme",model="one",kind="cached-input"} 1200')
    await shop.stop()
  })

  test('is set aside in the log before it is sent', async () => {
    const model = countingModel(async (request) => {
      const [asked] = await entriesOf(shop, 'model-asked')
      expect(asked?.data).toMatchObject({ attempt: 1, left: { calls: 5 } })
      expect(request.maxOutputTokens).toBe(400)
      return replies(usage)
    })
    const answers: (ModelAnswer | Error)[] = []
    const shop = openShop({ analyzers: [asksOnly(model, { answers })], autonomy: { default: 'suggest' } })
    await shop.fire()
    await shop.until('handed-over')
    expect(answers).toMatchObject([{ kind: 'replied' }])
    await shop.stop()
  })

  test('stands at what was set aside where its provider counted nothing', async () => {
    const { shop, turns } = await investigated({ analyzers: [asksOnly(countingModel(async () => replies({})))] })
    const [turn] = turns
    expect(turn).toMatchObject({ state: 'answered', spending: { tokens: turn?.reserved.tokens, outputTokens: 400 } })
    expect(turn?.spending.microUsd).toBe(turn?.reserved.microUsd)
    await shop.stop()
  })

  test.each([
    ['was turned away', new MendkitError('unavailable', 'slow down', { status: 429 }), 'refused', 0],
    ['was never sent', new MendkitError('unavailable', 'no address', { effect: 'none' }), 'refused', 0],
    ['broke off', new MendkitError('unavailable', 'the stream ended early'), 'failed', 'reserved'],
    [
      'failed at the provider',
      new MendkitError('unavailable', 'internal error', { status: 500 }),
      'failed',
      'reserved',
    ],
  ] as const)('that %s counts as a call and for %s', async (_, error, state, tokens) => {
    const answers: (ModelAnswer | Error)[] = []
    const model = countingModel(() => Promise.reject(error))
    const { shop, turns } = await investigated({ analyzers: [asksOnly(model, { answers })] })
    const [turn] = turns
    expect(turn).toMatchObject({
      state,
      spending: { calls: 1, tokens: tokens === 'reserved' ? turn?.reserved.tokens : tokens },
    })
    expect(answers).toEqual([error])
    await shop.stop()
  })

  test('is priced by the model that answered, and set aside for the dearest that may', async () => {
    const cheap = { provider: 'acme', model: 'one' }
    const dear = { provider: 'acme', model: 'two' }
    const prices = [
      { ...cheap, input: 1_000, output: 1_000 },
      { ...dear, input: 50_000, output: 50_000 },
    ]
    const model = countingModel(async () => replies({ inputTokens: 100, outputTokens: 100 }), { mayAnswer: [dear] })
    const { shop, turns } = await investigated({ analyzers: [asksOnly(model)], settings: { models: { prices } } })
    const [turn] = turns
    expect(turn?.reserved.microUsd).toBe((turn?.reserved.tokens ?? 0) * 50)
    expect(turn?.spending.microUsd).toBe(200)
    await shop.stop()
  })

  test('of an unknown model is counted at the ceiling', async () => {
    const model = countingModel(async () => replies({ inputTokens: 1_000, outputTokens: 1_000 }))
    const { shop, turns } = await investigated({ analyzers: [asksOnly(model)] })
    expect(turns[0]?.spending.microUsd).toBe(30_000 + 180_000)
    await shop.stop()
  })

  test('asks for no more than a reply may have', async () => {
    const model = countingModel(async () => replies(usage))
    const analyzers = [asksOnly(model, { request: question(100_000) })]
    const { shop } = await investigated({ analyzers, settings: { models: { mostOutputTokens: 300 } } })
    expect(model.asked).toMatchObject([{ maxOutputTokens: 300 }])
    await shop.stop()
  })
})

describe('a budget that is spent hands the incident over and names itself', () => {
  const answers = async () => replies({ inputTokens: 1_000, outputTokens: 1_000 })

  test.each([
    ['incident-calls', {}, 6],
    ['incident-tokens', { perIncident: { tokens: 5_000 } }, 3],
    ['incident-money', { prices: [price], perIncident: { microUsd: 60_000 } }, 3],
    ['day-calls', { perDay: { calls: 2 } }, 2],
    ['day-tokens', { perDay: { tokens: 5_000 } }, 3],
    ['day-money', { prices: [price], perDay: { microUsd: 60_000 } }, 3],
  ] as const)('%s', async (budget, models, calls) => {
    const model = countingModel(answers)
    const { shop, incident } = await investigated({ analyzers: [asksOnly(model, { times: 50 })], settings: { models } })
    expect({ calls: model.asked.length, reason: incident.reason }).toEqual({ calls, reason: `spent-${budget}` })
    const [diagnosis] = await shop.store.list('diagnosis', { tenant: 'default', limit: 10 }, callContext())
    expect(diagnosis).toMatchObject({ partial: budget, hypotheses: [] })
    expect(shop.notices.at(-1)?.body).toContain('is spent')
    expect(shop.mendkit.metrics()).toContain(`mendkit_model_budgets_spent_total{budget="${budget}"} 1`)
    await shop.stop()
  })

  test.each([
    ['incident-time', { perIncident: { ms: 4_000 } }],
    ['day-time', { perDay: { ms: 3_000 } }],
  ] as const)('%s, by which a call is given up', async (budget, models) => {
    const gaveUp: number[] = []
    const model = countingModel(
      (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            gaveUp.push(shop.clock.now())
            reject(signal.reason)
          })
        }),
    )
    const shop: Shop = openShop({
      analyzers: [asksOnly(model, { times: 3 })],
      autonomy: { default: 'suggest' },
      settings: { models },
    })
    await shop.fire()
    await shop.until('handed-over')
    const incident = await shop.incident()
    const [turn] = await turnsOf(shop.store, incident.id)
    expect(incident).toMatchObject({ reason: `spent-${budget}`, spending: { calls: 1, tokens: turn?.reserved.tokens } })
    expect(gaveUp).toEqual([(turn?.at ?? 0) + (turn?.reserved.ms ?? 0)])
    await shop.stop()
  })

  test('rules are asked all the same, and what they find is done', async () => {
    const model = countingModel(answers)
    const analyzers = [asksOnly(model, { times: 3 }), ruleAnalyzer([flagRule])]
    const shop = openShop({ analyzers, settings: { models: { perDay: { calls: 1 } } } })
    await shop.fire()
    await shop.until('verifying')
    expect(model.asked).toHaveLength(1)
    await shop.stop()
  })
})

describe('what is spent is never more than a budget and one call in flight', () => {
  /** A model that uses so many more tokens than it was foreseen to. */
  const greedy = (tokens: number) => countingModel(async () => replies({ inputTokens: tokens, outputTokens: 0 }))

  test('with a model that uses more than was set aside', async () => {
    const model = greedy(40_000)
    const { shop, incident } = await investigated({ analyzers: [asksOnly(model, { times: 10 })] })
    expect(model.asked).toHaveLength(2)
    expect(incident).toMatchObject({ reason: 'spent-incident-tokens', spending: { tokens: 80_000 } })
    await shop.stop()
  })

  test('with many incidents of one tenant at once, on several workers and hosts', async () => {
    const store = simulatedStore()
    const clock = virtualClock()
    const model = countingModel(async (_, { signal }) => {
      await clock.sleep(2_000, signal)
      return replies({ inputTokens: 50, outputTokens: 400 })
    })
    const settings = { engine: { workers: 8 }, models: { perDay: { tokens: 10_000 } } }
    const given = { store, clock, analyzers: [asksOnly(model, { times: 5 })], settings } as const
    const autonomy = { default: 'suggest' } as const
    const [one, other] = [openShop({ ...given, autonomy }), openShop({ ...given, autonomy })]
    for (let flag = 0; flag < 24; flag += 1) await one.fire(['FlagBroken'], { resource: `flag-${flag}` })
    const list = () => one.mendkit.incidents.list({ limit: 1_000 })
    await one.untilTrue('all are handed over', async () => {
      const incidents = await list()
      return incidents.length === 24 && incidents.every(({ phase }) => phase === 'handed-over')
    })
    const spent = (await list()).reduce((sum, { spending }) => sum + (spending?.tokens ?? 0), 0)
    expect(spent).toBe(model.asked.length * 450)
    expect(spent).toBeLessThanOrEqual(10_000)
    expect(spent).toBeGreaterThanOrEqual(9_000)
    await Promise.all([one.stop(), other.stop()])
  })

  test('when others reserve between a look at the counters and the commit', async () => {
    const inner = simulatedStore()
    let reads = 0
    // Every other look at the four counters of the day was before anybody else had reserved.
    const store: Store = {
      ...inner,
      async counter(tenant, name, ctx) {
        reads += 1
        return Math.ceil(reads / 4) % 2 === 1 ? 0 : inner.counter(tenant, name, ctx)
      },
    }
    const model = countingModel(async () => replies({ inputTokens: 50, outputTokens: 400 }))
    const settings = { models: { perDay: { calls: 2 } } }
    const { shop, incident } = await investigated({ store, analyzers: [asksOnly(model, { times: 6 })], settings })
    expect(model.asked).toHaveLength(2)
    expect(incident.reason).toBe('spent-day-calls')
    await shop.stop()
  })

  test('another tenant has a day of its own', async () => {
    const model = countingModel(async () => replies({ inputTokens: 900, outputTokens: 100 }))
    const settings = { models: { perDay: { calls: 1 } } }
    const { shop } = await investigated({ analyzers: [asksOnly(model, { times: 3 })], settings })
    const at = new Date(shop.clock.now()).toISOString()
    const alerts = [{ labels: { alertname: 'Other', flag: 'other' }, startsAt: at }]
    await shop.mendkit.ingest({ source: 'am', complete: false, asOf: at, alerts }, { tenant: 'globex' })
    const globex = shop.mendkit.as({ id: 'eve', roles: [], tenant: 'globex', via: 'test' })
    await shop.untilTrue('it is handed over', async () => {
      const [incident] = await globex.incidents.list()
      return incident?.phase === 'handed-over'
    })
    expect(model.asked).toHaveLength(2)
    await shop.stop()
  })

  test('a new day (UTC) has its own budget', async () => {
    const model = countingModel(async () => replies({ inputTokens: 900, outputTokens: 100 }))
    const settings = { engine: { sweepMs: 600_000 }, models: { perDay: { calls: 1 } } }
    const { shop } = await investigated({ analyzers: [asksOnly(model, { times: 3 })], settings })
    await shop.clock.advance(86_400_000)
    await shop.fire(['Later'], { resource: 'later', since: 'now' })
    await shop.untilTrue('both are handed over', async () => {
      const incidents = await shop.mendkit.incidents.list()
      return incidents.length === 2 && incidents.every(({ phase }) => phase === 'handed-over')
    })
    expect(model.asked).toHaveLength(2)
    await shop.stop()
  })
})

test('what was set aside for a call stands when the process dies within it', async () => {
  const store = simulatedStore()
  const clock = virtualClock()
  const hanging = countingModel(() => new Promise(() => undefined))
  const settings = { models: { perIncident: { tokens: 2_000 } } }
  const autonomy = { default: 'suggest' } as const
  const first = openShop({
    store,
    clock,
    autonomy,
    settings,
    analyzers: [asksOnly(hanging, { request: question(1_200) })],
  })
  await first.fire()
  await first.untilTrue('the model is asked', () => hanging.asked.length === 1)
  await first.stop()
  const model: CountingModel = countingModel(async () => replies({ inputTokens: 10, outputTokens: 10 }))
  const second = openShop({
    store,
    clock,
    autonomy,
    settings,
    analyzers: [asksOnly(model, { request: question(1_200) })],
  })
  await second.until('handed-over')
  const incident = await second.incident()
  expect(incident.reason).toBe('spent-incident-tokens')
  expect(model.asked).toEqual([])
  expect(await turnsOf(second.store, incident.id)).toMatchObject([{ state: 'asked', number: 1 }])
  await second.stop()
})

describe('a further attempt of a call', () => {
  const busy = new MendkitError('unavailable', 'overloaded', { status: 429 })
  const broken = new MendkitError('unavailable', 'the stream ended early')

  test.each([
    ['that was turned away gives back what was set aside', busy, 1],
    ['that may have been billed counts as well', broken, 2],
  ])('after one %s', async (_, failure, times) => {
    const model = countingModel(async (_request, { beforeAttempt }) => {
      await beforeAttempt?.(model, failure)
      return replies({})
    })
    const { shop, turns } = await investigated({ analyzers: [asksOnly(model)] })
    const [{ attempt, reserved }] = (await entriesOf(shop, 'model-asked')).map(
      ({ data }) => data as { attempt: number; reserved: { tokens: number } },
    ) as [{ attempt: number; reserved: { tokens: number } }]
    expect(attempt).toBe(1)
    expect(turns).toMatchObject([{ spending: { calls: 2, tokens: reserved.tokens * times } }])
    await shop.stop()
  })

  test('is refused by name when a budget has no room for it', async () => {
    const refused: unknown[] = []
    const model = countingModel(async (_request, { beforeAttempt }) => {
      await beforeAttempt?.(model, broken).catch((error: unknown) => {
        refused.push(error)
        throw error
      })
      return replies({})
    })
    const settings = { models: { perIncident: { calls: 1 } } }
    const { shop, incident, turns } = await investigated({ analyzers: [asksOnly(model)], settings })
    expect(refused).toMatchObject([{ code: 'rejected', message: expect.stringContaining('incident-calls') }])
    expect(incident.reason).toBe('spent-incident-calls')
    // The attempt that was made broke off, so that it may have been billed.
    expect(turns).toMatchObject([{ state: 'failed', spending: { calls: 1, tokens: turns[0]?.reserved.tokens } }])
    await shop.stop()
  })
})

test('ten thousand alerts of one cause are looked into once', async () => {
  const model = countingModel(async () => replies({ inputTokens: 1_000, outputTokens: 100 }))
  const settings = { engine: { sweepMs: 60_000 } }
  const shop = openShop({ analyzers: [asksOnly(model)], autonomy: { default: 'suggest' }, settings })
  const at = new Date(shop.clock.now()).toISOString()
  const labels = (pod: number) => ({ alertname: 'CheckoutBroken', flag: 'checkout', pod: `checkout-${pod}` })
  for (let page = 0; page < 10; page += 1) {
    const alerts = Array.from({ length: 1_000 }, (_, index) => ({ labels: labels(page * 1_000 + index), startsAt: at }))
    await shop.mendkit.ingest({ source: 'am', complete: false, asOf: at, alerts })
  }
  await shop.until('handed-over')
  for (let minute = 0; minute < 10; minute += 1) await shop.clock.advance(60_000)
  expect(await shop.mendkit.incidents.list()).toHaveLength(1)
  expect(model.asked).toHaveLength(1)
  await shop.stop()
})
