import {
  type Analyzer,
  fallback,
  MendkitError,
  type ModelAnswer,
  type ModelReply,
  type ModelTurn,
  retrying,
  systemRandom,
} from '@mendkit/core'
import { callContext, virtualClock } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { asksOnly, countingModel, replies } from '../support/asking.ts'
import { openShop, type Shop } from '../support/shop.ts'

async function turnsOf(shop: Shop): Promise<readonly ModelTurn[]> {
  const incident = await shop.incident()
  return shop.store.list('turn', { tenant: 'default', incidentId: incident.id, limit: 100 }, callContext())
}

describe('a reply with counts that no call has', () => {
  test.each([
    ['beyond every number', Number.POSITIVE_INFINITY],
    ['no number', Number.NaN],
    ['below zero', -1_000_000],
    ['astronomic', 1e308],
    ['more than can be counted', Number.MAX_SAFE_INTEGER],
  ])('%s: what was set aside stands', async (_, tokens) => {
    const model = countingModel(async () => replies({ inputTokens: tokens, outputTokens: tokens }))
    const answers: (ModelAnswer | Error)[] = []
    const shop = openShop({ autonomy: { default: 'suggest' }, analyzers: [asksOnly(model, { answers })] })
    await shop.fire()
    await shop.until('handed-over')
    expect(answers).toMatchObject([{ kind: 'replied' }])
    const [turn] = await turnsOf(shop)
    expect(turn).toMatchObject({ state: 'answered', spending: { tokens: turn?.reserved.tokens } })
    const incident = await shop.incident()
    const [recorded] = await shop.mendkit.incidents.turns(incident.id)
    expect(recorded?.reply).toMatchObject({ content: { kind: 'text' }, usage: {} })
    await shop.stop()
  })
})

function endless(): object {
  const own: Record<string, unknown> = {}
  return Object.assign(own, { own })
}

describe('what is no reply', () => {
  test.each([
    ['an end that there is not', { finish: 'whatever' }],
    ['no content', { content: undefined }],
    ['nobody who answered', { answeredBy: undefined }],
    ['calls of nothing', { content: { kind: 'tool-calls', text: '', calls: [] } }],
    ['ten million letters', { content: { kind: 'text', text: 'a'.repeat(10_000_000) } }],
    ['an object without an end', { content: { kind: 'object', object: endless() } }],
    ['calls that are no list', { content: { kind: 'tool-calls', text: '', calls: 'all' } }],
    ['a kind that there is not', { content: { kind: 'shell', text: 'rm' } }],
  ])('%s: is a wrong answer of the model, and what was set aside stands', async (_, more) => {
    const model = countingModel(async () => ({ ...replies({}), ...more }) as unknown as ModelReply)
    const answers: (ModelAnswer | Error)[] = []
    const shop = openShop({ autonomy: { default: 'suggest' }, analyzers: [asksOnly(model, { answers })] })
    await shop.fire()
    await shop.until('handed-over')
    expect(answers).toMatchObject([{ code: 'bad-response' }])
    const [turn] = await turnsOf(shop)
    expect(turn).toMatchObject({ state: 'failed', spending: { tokens: turn?.reserved.tokens } })
    await shop.stop()
  })
})

test('an attempt that may have been billed stands when the next could not be set aside', async () => {
  const broken = new MendkitError('unavailable', 'the stream ended early')
  const down = new MendkitError('unavailable', 'no database', { effect: 'none' })
  const model = countingModel(async (_request, { beforeAttempt }) => {
    const counter = shop.store.counter.bind(shop.store)
    const failing = { counter: () => Promise.reject(down) }
    Object.assign(shop.store, failing)
    try {
      await beforeAttempt?.(model, broken)
    } finally {
      Object.assign(shop.store, { counter })
    }
    return replies({})
  })
  const shop = openShop({ autonomy: { default: 'suggest' }, analyzers: [asksOnly(model)] })
  await shop.fire()
  await shop.until('handed-over')
  const [turn] = await turnsOf(shop)
  expect(turn).toMatchObject({ state: 'failed', spending: { calls: 1, tokens: turn?.reserved.tokens } })
  await shop.stop()
})

test('what may have been billed stands, also when a wrapper goes on after a budget has refused', async () => {
  const broken = new MendkitError('unavailable', 'the stream ended early')
  const model = countingModel(async (_request, { beforeAttempt }) => {
    const refusal: unknown = await beforeAttempt?.(model, broken).catch((error: unknown) => error)
    await beforeAttempt?.(model, refusal)
    return replies({})
  })
  const settings = { models: { perIncident: { calls: 1 } } }
  const shop = openShop({ autonomy: { default: 'suggest' }, analyzers: [asksOnly(model)], settings })
  await shop.fire()
  await shop.until('handed-over')
  const [turn] = await turnsOf(shop)
  expect(turn).toMatchObject({ state: 'failed', spending: { calls: 1, tokens: turn?.reserved.tokens } })
  expect((await shop.incident()).reason).toBe('spent-incident-calls')
  await shop.stop()
})

test('a call that one model turned away and another broke off may have been billed', async () => {
  const busy = countingModel(() => Promise.reject(new MendkitError('unavailable', 'slow down', { status: 429 })))
  const cut = countingModel(() => Promise.reject(new MendkitError('bad-response', 'cut')), { model: 'two' })
  const shop = openShop({ autonomy: { default: 'suggest' }, analyzers: [asksOnly(fallback([busy, cut]))] })
  await shop.fire()
  await shop.until('handed-over')
  const [turn] = await turnsOf(shop)
  expect(turn).toMatchObject({ state: 'failed', spending: { calls: 2, tokens: turn?.reserved.tokens } })
  await shop.stop()
})

test('a further attempt is set aside for the dearest model that may answer it', async () => {
  const prices = [
    { provider: 'acme', model: 'one', input: 1_000, output: 1_000 },
    { provider: 'acme', model: 'two', input: 50_000, output: 50_000 },
  ]
  const broken = new MendkitError('unavailable', 'internal error', { status: 500 })
  const cheap = countingModel(() => Promise.reject(broken))
  const dear = countingModel(() => Promise.reject(broken), { model: 'two' })
  const clock = virtualClock()
  const model = retrying(fallback([cheap, dear], { clock }), {
    baseMs: 1,
    attempts: 2,
    clock,
    random: { ...systemRandom, number: () => 0 },
  })
  const settings = { models: { prices } }
  const shop = openShop({ autonomy: { default: 'suggest' }, analyzers: [asksOnly(model)], clock, settings })
  await shop.fire()
  await shop.until('handed-over')
  const [turn] = await turnsOf(shop)
  const calls = cheap.asked.length + dear.asked.length
  // The first two attempts, and one of the second round: the dear one may have answered each of them.
  expect({ calls, each: (turn?.reserved.microUsd ?? 0) / calls }).toEqual({
    calls: 3,
    each: 50 * ((turn?.reserved.tokens ?? 0) / calls),
  })
  await shop.stop()
})

test('a further attempt after midnight is refused by the day that its call is counted on', async () => {
  const broken = new MendkitError('unavailable', 'the stream ended early')
  const model = countingModel(async (_request, { beforeAttempt, signal }) => {
    await clock.sleep(20_000, signal)
    await beforeAttempt?.(model, broken)
    await beforeAttempt?.(model, broken)
    return replies({})
  })
  const clock = virtualClock({ startAt: Date.parse('2026-01-01T23:59:50Z') })
  const settings = { models: { perDay: { calls: 2 } } }
  const shop = openShop({ autonomy: { default: 'suggest' }, analyzers: [asksOnly(model)], clock, settings })
  await shop.fire()
  await shop.until('handed-over')
  expect((await shop.incident()).reason).toBe('spent-day-calls')
  await shop.stop()
})

test('a report of suspicious text names evidence of the incident, and puts no words into the log', async () => {
  const words = 'the master key is under the mat'
  const analyzer: Analyzer = {
    spec: 1,
    id: 'talks',
    analyze: async () => ({ hypotheses: [], actions: [], suspicious: [{ evidenceId: words }] }),
  }
  const shop = openShop({ autonomy: { default: 'suggest' }, analyzers: [analyzer] })
  await shop.fire()
  await shop.until('handed-over')
  expect((await shop.incident()).reason).toBe('analysis-failed')
  const entries = await shop.mendkit.audit.read({ limit: 1_000 })
  expect(entries.map(({ bytes }) => new TextDecoder().decode(bytes)).join('\n')).not.toContain(words)
  await shop.stop()
})
