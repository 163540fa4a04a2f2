import { fallback, type LanguageModel, MendkitError, modelStack } from '@mendkit/core'
import {
  type Chance,
  callContext,
  type ScriptedReply,
  scriptedModel,
  seededChance,
  virtualClock,
} from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { asking, type Outcome, outcomeOf } from './support.ts'

/** What a provider does on a bad day. */
function replyOf(chance: Chance): ScriptedReply {
  const afterMs = chance.below(4_000)
  const progress = chance.happens(0.3) ? ([{ kind: 'text', delta: 'half' }] as const) : []
  const failed = (code: 'unavailable' | 'bad-response' | 'rejected', facts: object = {}): ScriptedReply => ({
    kind: 'error',
    error: { code, message: 'a bad day', ...facts },
    afterMs,
    progress,
  })
  return chance.pick<() => ScriptedReply>([
    () => ({ kind: 'text', text: 'fine', afterMs }),
    () => ({ kind: 'text', text: 'fine', afterMs }),
    () => failed('unavailable'),
    () => failed('unavailable', { retryAfterMs: chance.below(30_000) }),
    () => failed('bad-response'),
    () => failed('rejected', { status: chance.pick([400, 401]) }),
    () => ({ kind: 'hang', afterMs, progress }),
  ])()
}

/** Counts, of every ask, its calls under way and in all. */
function watched(model: LanguageModel, calls: Map<string, { now: number; most: number; all: number }>): LanguageModel {
  return {
    ...model,
    async generate(request, ctx) {
      // A fallback asks with a copy of the request; its words tell the asks apart.
      const [ask] = request.messages.flatMap((message) => (message.role === 'user' ? [message.text] : []))
      const key = ask ?? 'nothing was asked'
      const count = calls.get(key) ?? { now: 0, most: 0, all: 0 }
      calls.set(key, count)
      count.now += 1
      count.all += 1
      count.most = Math.max(count.most, count.now)
      try {
        return await model.generate(request, ctx)
      } finally {
        count.now -= 1
      }
    },
  }
}

const attempts = 3

async function play(seed: number) {
  const chance = seededChance(seed)
  const clock = virtualClock()
  const random = { hex: (length: number) => chance.hex(length), number: () => chance.number() }
  const calls = new Map<string, { now: number; most: number; all: number }>()
  const providers = ['one', 'two'].map((provider) => scriptedModel(() => replyOf(chance), { provider, clock }))
  const concurrency = { calls: 3, queue: 5, waitMs: 10_000 }
  const stacks = providers.map((inner) =>
    modelStack(watched(inner, calls), {
      clock,
      random,
      retry: { attempts, reserve: 100 },
      concurrency,
      breaker: { failures: 3, openMs: 5_000 },
      deadline: { ms: 6_000, firstProgressMs: 3_000 },
    }),
  )
  const model = fallback(stacks, { clock, restMs: 10_000 })
  const asks: { readonly reason: object; readonly stop: AbortController; readonly outcome: Promise<Outcome> }[] = []
  for (let ask = 0; ask < 30; ask += 1) {
    const stop = new AbortController()
    const request = asking(`ask ${ask}`)
    asks.push({ reason: { ask }, stop, outcome: outcomeOf(model, request, callContext({ signal: stop.signal })) })
    await clock.advance(chance.below(1_500))
    if (chance.happens(0.3)) {
      const given = chance.pick(asks)
      given.stop.abort(given.reason)
    }
  }
  await clock.advance(600_000)
  return { asks, calls, providers, clock, concurrency }
}

test.each(Array.from({ length: 60 }, (_, seed) => seed))(
  'on the bad day %i of two providers nothing gets out of hand',
  async (seed) => {
    const { asks, calls, providers, clock, concurrency } = await play(seed)
    for (const { reason, stop, outcome } of asks) {
      const { reply, error } = await outcome
      // Whoever gave up hears its own reason, or an end that came before.
      if (error !== undefined && !MendkitError.is(error)) expect([stop.signal.aborted, error]).toEqual([true, reason])
      else expect(reply !== undefined || MendkitError.is(error)).toBe(true)
    }
    for (const { most, all } of calls.values()) {
      expect(most).toBe(1)
      expect(all).toBeLessThanOrEqual(2 * attempts)
    }
    for (const inner of providers) {
      expect(inner.mostUnderWay).toBeLessThanOrEqual(concurrency.calls)
      expect(inner.underWay).toBe(0)
    }
    expect(clock.sleepers).toBe(0)
  },
)

test('a storm of callers on a provider that is down costs at most the share of retries, and then almost nothing', async () => {
  const clock = virtualClock()
  const down = scriptedModel([{ kind: 'error', error: { code: 'unavailable', message: 'down' }, times: 'always' }])
  const concurrency = { calls: 1_000 }
  const open = modelStack(down, { clock, concurrency, breaker: { failures: 1_000 } })
  const calls = Array.from({ length: 1_000 }, () => outcomeOf(open))
  await clock.advance(120_000)
  await Promise.all(calls)
  expect(down.requests.length).toBeLessThanOrEqual(1_200)
  const before = down.requests.length
  const spared = modelStack(down, { clock, concurrency })
  for (let call = 0; call < 1_000; call += 1) {
    const one = outcomeOf(spared)
    await clock.advance(25)
    void one
  }
  expect(down.requests.length - before).toBeLessThanOrEqual(10)
})
