import { type Analyzer, allowUpTo, type Diagnosis, type Precedent, precedentAnalyzer } from '@mendkit/core'
import { callContext, simulatedStore } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { countingModel, question, replies } from '../support/asking.ts'
import { freshWorld, openShop, type Shop } from '../support/shop.ts'

/** An analyzer that asks a model, which knows the answer. */
function knowing(model = countingModel(async () => replies({ inputTokens: 100, outputTokens: 50 }))) {
  const analyzer: Analyzer = {
    spec: 1,
    id: 'knowing',
    async analyze(investigation, ctx) {
      await investigation.ask(model, question(), ctx)
      const citations = investigation.facts().map(({ citation }) => citation)
      return {
        hypotheses: [{ cause: 'bad-flag', summary: 'the flag is on', citations }],
        actions: [{ type: 'shop.set-flag', params: { on: false }, citations }],
      }
    },
  }
  return { model, analyzers: [precedentAnalyzer(), analyzer] }
}

const settings = { hold: { ms: 60_000 }, execution: { cooldownMs: 1 } }

/** The newest incident is in one of these phases. */
async function newestIs(shop: Shop, count: number, phases: readonly string[]): Promise<void> {
  await shop.untilTrue(`incident ${count} is ${phases.join(' or ')}`, async () => {
    const incidents = await shop.mendkit.incidents.list()
    return incidents.length === count && phases.includes(incidents.at(-1)?.phase ?? '')
  })
}

/** Breaks the shop anew, in an incident of its own. */
async function breakAgain(shop: Shop): Promise<void> {
  await shop.until('closed')
  shop.world.flag = { ...shop.world.flag, on: true, version: shop.world.flag.version + 1 }
  await shop.fire(['CheckoutBroken'], { since: 'now' })
}

async function diagnosesOf(shop: Shop): Promise<readonly Diagnosis[]> {
  return shop.store.list('diagnosis', { tenant: 'default', limit: 100 }, callContext())
}

/** A shop in which one incident was explained by the model, and the fix verified. */
async function fixedOnce(given: Parameters<typeof openShop>[0] = {}) {
  const { model, analyzers } = knowing()
  const shop = openShop({ analyzers, settings, ...given })
  await shop.fire()
  await shop.until('verifying')
  await shop.clear()
  await shop.until('resolved')
  return { shop, model }
}

describe('an incident like one that was fixed and verified', () => {
  test('is fixed in the same way without asking a model', async () => {
    const { shop, model } = await fixedOnce()
    await breakAgain(shop)
    await newestIs(shop, 2, ['verifying'])
    expect(model.asked).toHaveLength(1)
    const [first, second] = await diagnosesOf(shop)
    expect(second).toMatchObject({ analyzer: 'precedents', hypotheses: [{ cause: 'bad-flag' }] })
    expect(second?.spending).toBeUndefined()
    // It rests on what was read now, and is as sure as the first time.
    expect(second?.actions[0]?.citations).not.toEqual(first?.actions[0]?.citations)
    expect(second?.hypotheses[0]?.confidence).toBe(first?.hypotheses[0]?.confidence)
    expect((await shop.mendkit.incidents.list()).at(-1)?.spending).toBeUndefined()
    await shop.stop()
  })

  test('is looked into anew when the last fix did not help', async () => {
    const { shop, model } = await fixedOnce({ settings: { ...settings, verification: { deadlineMs: 60_000 } } })
    await breakAgain(shop)
    await newestIs(shop, 2, ['escalated'])
    expect(model.asked).toHaveLength(1)
    shop.world.flag = { ...shop.world.flag, on: true, version: shop.world.flag.version + 1 }
    // A flag of another name, and so an incident of its own of the same sort.
    await shop.fire(['CheckoutBroken'], { resource: 'spare', since: 'now' })
    await shop.untilTrue('it is diagnosed', async () => (await diagnosesOf(shop)).length === 3)
    expect(model.asked).toHaveLength(2)
    await shop.stop()
  })

  test('of another sort is looked into anew', async () => {
    const { shop, model } = await fixedOnce()
    await shop.until('closed')
    shop.world.flag = { ...shop.world.flag, on: true, version: shop.world.flag.version + 1 }
    await shop.fire(['CheckoutSlow'], { since: 'now' })
    await newestIs(shop, 2, ['verifying'])
    expect(model.asked).toHaveLength(2)
    await shop.stop()
  })

  test('of another tenant is looked into anew', async () => {
    const { shop, model } = await fixedOnce()
    const at = new Date(shop.clock.now()).toISOString()
    const alerts = [{ labels: { alertname: 'CheckoutBroken', flag: 'checkout' }, startsAt: at }]
    shop.world.flag = { ...shop.world.flag, on: true, version: shop.world.flag.version + 1 }
    await shop.mendkit.ingest({ source: 'am', complete: false, asOf: at, alerts }, { tenant: 'globex' })
    await shop.untilTrue('the model is asked again', () => model.asked.length === 2)
    await shop.stop()
  })
})

test('what helped before is known with when it did', async () => {
  const told: Precedent[][] = []
  const { analyzers } = knowing()
  const looking: Analyzer = {
    spec: 1,
    id: 'looking',
    async analyze(investigation, ctx) {
      told.push([...(await investigation.precedents())])
      return (await analyzers[1]?.analyze(investigation, ctx)) ?? { hypotheses: [], actions: [] }
    },
  }
  const { shop } = await fixedOnce({ analyzers: [looking] })
  const [{ observedAt } = {}] = await shop.store.list('execution', { tenant: 'default', limit: 1 }, callContext())
  await breakAgain(shop)
  await newestIs(shop, 2, ['verifying'])
  expect(told).toMatchObject([[], [{ cause: 'bad-flag', successes: 1, failures: 0, lastAt: observedAt }]])
  expect(observedAt).toBeDefined()
  await shop.stop()
})

describe('a precedent that somebody wrote into the store', () => {
  /** What was verified, made to say that it rested on log lines or was done to something else. */
  async function poisoned(change: (shop: Shop) => Promise<void>) {
    const world = freshWorld()
    const { shop, model } = await fixedOnce({ world, policies: [allowUpTo('high')], store: simulatedStore() })
    await change(shop)
    await breakAgain(shop)
    await newestIs(shop, 2, ['verifying', 'handed-over', 'suggested', 'awaiting-approval'])
    const diagnosis = (await diagnosesOf(shop)).at(-1)
    await shop.stop()
    return { diagnosis, model, world }
  }

  const rewrite = async (shop: Shop, change: (row: Diagnosis) => Diagnosis) => {
    const [row] = await diagnosesOf(shop)
    if (row === undefined) throw new Error('there is no diagnosis')
    const put = [{ kind: 'document', table: 'diagnosis', row: change(row) }] as const
    await shop.store.commit({ tenant: 'default', expect: [], put, audit: [] }, callContext())
  }

  test('for an action that was not carried out counts for nothing', async () => {
    const { diagnosis, model } = await poisoned((shop) =>
      rewrite(shop, (row) => ({
        ...row,
        actions: row.actions.map((action) => ({ ...action, params: { on: true, everything: true } })),
      })),
    )
    expect(diagnosis?.analyzer).toBe('knowing')
    expect(model.asked).toHaveLength(2)
  })

  test('that rested on one observation does nothing without a person', async () => {
    const { diagnosis, world } = await poisoned((shop) =>
      rewrite(shop, (row) => ({
        ...row,
        hypotheses: row.hypotheses.map((each) => ({ ...each, confidence: 'high', statedConfidence: 1 })),
        actions: row.actions.map((action) => ({ ...action, citations: action.citations.slice(0, 1) })),
      })),
    )
    expect(diagnosis).toMatchObject({ analyzer: 'precedents', hypotheses: [{ confidence: 'low' }] })
    expect(world.effects).toHaveLength(1)
  })
})
