import {
  circuitBreaker,
  concurrencyLimit,
  deadline,
  describedInText,
  fallback,
  type LanguageModel,
  MendkitError,
  type ModelName,
  modelStack,
  type RetryOptions,
  recording,
  retrying,
  traced,
} from '@mendkit/core'
import { callContext, rejectsWith, type ScriptedReply, scriptedModel, virtualClock } from '@mendkit/testkit'
import { describe, expect, it, test } from 'vitest'
import { asking, failing, fine, mostJitter, outcomeOf } from './support.ts'

describe('retrying', () => {
  function setup(replies: readonly ScriptedReply[], options: RetryOptions = {}) {
    const clock = virtualClock()
    const at: number[] = []
    const inner = scriptedModel((_, call) => {
      at.push(clock.monotonic())
      return replies[call] ?? fine
    })
    return { clock, at, inner, model: retrying(inner, { clock, random: mostJitter, ...options }) }
  }

  it('makes a call again that failed as unavailable, after waits that double', async () => {
    const { clock, at, model } = setup([failing(), failing(), failing()], { attempts: 4, baseMs: 100, maxMs: 250 })
    const call = outcomeOf(model)
    await clock.advance(10_000)
    expect((await call).reply?.content).toEqual({ kind: 'text', text: 'fine' })
    expect(at.map(Math.ceil)).toEqual([0, 100, 300, 550])
  })

  it('says at which attempt the reply came', async () => {
    const { clock, model } = setup([failing()])
    const call = outcomeOf(model)
    await clock.advance(10_000)
    expect((await call).reply?.warnings).toEqual(['answered at attempt 2; before it was unavailable'])
  })

  it.each(['rejected', 'bad-response', 'not-found'] as const)(
    'does not make a call again that was %s',
    async (code) => {
      const { inner, model } = setup([failing(code)])
      await rejectsWith(model.generate(asking(), callContext()), code)
      expect(inner.requests).toHaveLength(1)
    },
  )

  it('waits at least as long as the provider asks for', async () => {
    const { clock, at, model } = setup([failing('unavailable', { retryAfterMs: 3_000 })], { baseMs: 100 })
    const call = outcomeOf(model)
    await clock.advance(2_999)
    expect(at).toEqual([0])
    await clock.advance(1_000)
    expect((await call).reply).toBeDefined()
    expect(at[1]).toBeGreaterThanOrEqual(3_000)
  })

  it('gives up at once when the provider asks for more than the longest wait', async () => {
    const { inner, model } = setup([failing('unavailable', { retryAfterMs: 20_001 })])
    const error = await rejectsWith(model.generate(asking(), callContext()), 'unavailable')
    expect(error.retryAfterMs).toBe(20_001)
    expect(inner.requests).toHaveLength(1)
  })

  it('throws the last error as it is when the attempts are used up', async () => {
    const { clock, inner, model } = setup([failing(), failing(), failing('unavailable', { status: 529 })])
    const call = outcomeOf(model)
    await clock.advance(60_000)
    expect((await call).error).toMatchObject({ code: 'unavailable', status: 529 })
    expect(inner.requests).toHaveLength(3)
  })

  it('asks whoever counts before every further attempt, and goes no further without leave', async () => {
    const { clock, inner, model } = setup([failing(), failing()])
    const named: ModelName[] = []
    const beforeAttempt = async (one: ModelName) => {
      named.push(one)
      if (named.length === 2) throw new MendkitError('rejected', 'the budget of today is spent')
    }
    const call = outcomeOf(model, asking(), { ...callContext(), beforeAttempt })
    await clock.advance(60_000)
    expect((await call).error).toMatchObject({ code: 'rejected' })
    expect(named).toEqual(Array(2).fill({ provider: 'scripted', model: 'scripted' }))
    expect(inner.requests).toHaveLength(2)
  })

  it('tells the live view that a reply begins anew when words were shown, and only then', async () => {
    const cut: ScriptedReply = { ...failing(), progress: [{ kind: 'text', delta: 'The pod' }] }
    const { clock, model } = setup([failing(), cut])
    const call = outcomeOf(model)
    await clock.advance(60_000)
    expect((await call).progress).toEqual([
      { kind: 'text', delta: 'The pod' },
      { kind: 'restart' },
      { kind: 'text', delta: 'fine' },
    ])
  })

  it('stops waiting when the caller gives up, with the reason of the caller', async () => {
    const { clock, inner, model } = setup([failing()])
    const stop = new AbortController()
    const call = outcomeOf(model, asking(), callContext({ signal: stop.signal }))
    await clock.advance(1)
    stop.abort('enough')
    expect((await call).error).toBe('enough')
    expect([clock.sleepers, inner.requests.length]).toEqual([0, 1])
  })

  it('does not hide the reason of the caller behind the error of a model that wraps it', async () => {
    const stop = new AbortController()
    const rude: LanguageModel = {
      ...scriptedModel([]),
      generate: async () => {
        stop.abort('enough')
        throw new MendkitError('unavailable', 'the request was aborted')
      },
    }
    const { error } = await outcomeOf(retrying(rude), asking(), callContext({ signal: stop.signal }))
    expect(error).toBe('enough')
  })

  it('does not make an outage of a provider worse: of 1,000 calls at most the share is made again', async () => {
    const clock = virtualClock()
    const inner = scriptedModel([failing()])
    const model = retrying(inner, { clock, share: 0.2, attempts: 5 })
    const calls: Promise<unknown>[] = []
    for (let call = 0; call < 1_000; call += 1) {
      calls.push(outcomeOf(model))
      if (call % 20 === 0) await clock.advance(1_000)
    }
    await clock.advance(600_000)
    await Promise.all(calls)
    expect(inner.requests.length).toBeGreaterThan(1_100)
    expect(inner.requests.length).toBeLessThanOrEqual(1_200)
  })

  it('makes a few calls again from the start, before any share is earned', async () => {
    const { clock, inner, model } = setup([failing(), failing()], { share: 0, reserve: 2 })
    const call = outcomeOf(model)
    await clock.advance(60_000)
    expect((await call).reply).toBeDefined()
    expect(inner.requests).toHaveLength(3)
  })
})

describe('deadline', () => {
  const hang: ScriptedReply = { kind: 'hang', times: 'always' }
  const slow: ScriptedReply = { kind: 'text', text: 'a b c d', afterMs: 400, everyMs: 200 }

  it('gives up a call that takes too long, and says who took how long', async () => {
    const clock = virtualClock()
    const inner = scriptedModel([hang], { clock })
    const call = outcomeOf(deadline(inner, { ms: 5_000, clock }))
    await clock.advance(5_000)
    const { error } = await call
    expect(error).toMatchObject({ code: 'unavailable', message: 'scripted/scripted did not answer within 5000 ms' })
    expect([inner.underWay, clock.sleepers]).toEqual([0, 0])
  })

  it('gives up a call that gives no sign of life long before', async () => {
    const clock = virtualClock()
    const inner = scriptedModel([hang], { clock })
    const call = outcomeOf(deadline(inner, { ms: 5_000, firstProgressMs: 500, clock }))
    await clock.advance(500)
    expect((await call).error).toMatchObject({ code: 'unavailable', message: expect.stringContaining('500 ms') })
    expect([inner.underWay, clock.sleepers]).toEqual([0, 0])
  })

  it('leaves a call that has begun the whole time', async () => {
    const clock = virtualClock()
    const call = outcomeOf(deadline(scriptedModel([slow], { clock }), { ms: 5_000, firstProgressMs: 500, clock }))
    await clock.advance(1_200)
    const { reply, progress } = await call
    expect(reply?.content).toEqual({ kind: 'text', text: 'a b c d' })
    expect(progress).toHaveLength(4)
    expect(clock.sleepers).toBe(0)
  })

  it('lets nobody hear what a model says that does not listen', async () => {
    const clock = virtualClock()
    const deaf: LanguageModel = {
      ...scriptedModel([]),
      generate: (request, ctx) =>
        scriptedModel([slow], { clock }).generate(request, { ...ctx, signal: new AbortController().signal }),
    }
    const call = outcomeOf(deadline(deaf, { ms: 500, clock }))
    await clock.advance(5_000)
    const { error, progress } = await call
    expect(error).toMatchObject({ code: 'unavailable' })
    expect(progress).toHaveLength(1)
  })

  it.each([100, 600])('lets the reason of the caller through when it gives up after %i ms', async (ms) => {
    const clock = virtualClock()
    const stop = new AbortController()
    const model = deadline(scriptedModel([slow], { clock }), { ms: 5_000, firstProgressMs: 500, clock })
    const call = outcomeOf(model, asking(), callContext({ signal: stop.signal }))
    await clock.advance(ms)
    stop.abort('enough')
    expect((await call).error).toBe('enough')
    expect(clock.sleepers).toBe(0)
  })
})

describe('circuitBreaker', () => {
  function setup(reply: () => ScriptedReply) {
    const clock = virtualClock()
    const inner = scriptedModel(reply, { clock })
    return { clock, inner, model: circuitBreaker(inner, { failures: 3, windowMs: 10_000, openMs: 30_000, clock }) }
  }

  it('asks nothing after failures in a row, and says when it will again and that nothing was sent', async () => {
    const { clock, inner, model } = setup(() => failing())
    for (let call = 0; call < 3; call += 1) await outcomeOf(model)
    await clock.advance(10_000)
    const error = await rejectsWith(model.generate(asking(), callContext()), 'unavailable')
    expect([error.retryAfterMs, error.effect, inner.requests.length]).toEqual([20_000, 'none', 3])
  })

  it('lets one call find out whether the model is up again, and refuses the others meanwhile', async () => {
    let reply: ScriptedReply = failing('bad-response')
    const { clock, inner, model } = setup(() => reply)
    for (let call = 0; call < 3; call += 1) await outcomeOf(model)
    reply = { kind: 'text', text: 'back', afterMs: 1_000 }
    await clock.advance(30_000)
    const calls = Array.from({ length: 10 }, () => outcomeOf(model))
    await clock.advance(1_000)
    const outcomes = await Promise.all(calls)
    expect(outcomes.filter((one) => one.reply)).toHaveLength(1)
    expect(inner.requests).toHaveLength(4)
    const after = outcomeOf(model)
    await clock.advance(1_000)
    expect((await after).reply).toBeDefined()
  })

  it('opens again when the model is still down', async () => {
    const { clock, inner, model } = setup(() => failing())
    for (let call = 0; call < 3; call += 1) await outcomeOf(model)
    await clock.advance(30_000)
    await outcomeOf(model)
    await outcomeOf(model)
    expect(inner.requests).toHaveLength(4)
  })

  it('lets another call find out when the caller of the first gives up', async () => {
    let reply: ScriptedReply = failing()
    const { clock, inner, model } = setup(() => reply)
    for (let call = 0; call < 3; call += 1) await outcomeOf(model)
    reply = { kind: 'hang' }
    await clock.advance(30_000)
    const stop = new AbortController()
    const given = outcomeOf(model, asking(), callContext({ signal: stop.signal }))
    stop.abort('enough')
    expect((await given).error).toBe('enough')
    reply = fine
    expect((await outcomeOf(model)).reply).toBeDefined()
    expect(inner.requests).toHaveLength(5)
  })

  it('stays closed when failures are far apart, when a call succeeds between, or when the provider refuses', async () => {
    let reply: ScriptedReply = failing()
    const { clock, inner, model } = setup(() => reply)
    for (let call = 0; call < 3; call += 1) {
      await outcomeOf(model)
      await clock.advance(6_000)
    }
    reply = fine
    await outcomeOf(model)
    reply = failing('rejected', { status: 401 })
    for (let call = 0; call < 5; call += 1) await outcomeOf(model)
    expect(inner.requests).toHaveLength(9)
  })

  it('learns nothing from a call that began before it opened', async () => {
    const clock = virtualClock()
    const late: ScriptedReply = { kind: 'text', text: 'late', afterMs: 5_000 }
    const inner = scriptedModel((_, call) => (call === 0 ? late : failing()), { clock })
    const model = circuitBreaker(inner, { failures: 2, openMs: 30_000, clock })
    const first = outcomeOf(model)
    await outcomeOf(model)
    await outcomeOf(model)
    await clock.advance(5_000)
    expect((await first).reply).toBeDefined()
    await outcomeOf(model)
    expect(inner.requests).toHaveLength(3)
  })

  it('learns nothing from an old call while another finds out', async () => {
    const clock = virtualClock()
    const replies: readonly ScriptedReply[] = [
      { kind: 'text', text: 'old', afterMs: 6_000 },
      failing(),
      { kind: 'hang' },
    ]
    const inner = scriptedModel((_, call) => replies[call] ?? fine, { clock })
    const model = circuitBreaker(inner, { failures: 1, openMs: 5_000, clock })
    const old = outcomeOf(model)
    await outcomeOf(model)
    await clock.advance(5_000)
    void outcomeOf(model)
    await clock.advance(1_000)
    expect((await old).reply).toBeDefined()
    expect((await outcomeOf(model)).error).toMatchObject({ code: 'unavailable', effect: 'none' })
    expect(inner.requests).toHaveLength(3)
  })
})

describe('concurrencyLimit', () => {
  const second: ScriptedReply = { kind: 'text', text: 'done', afterMs: 1_000, times: 'always' }

  it('lets a few calls through at once and the others wait their turn', async () => {
    const clock = virtualClock()
    const inner = scriptedModel([second], { clock })
    const model = concurrencyLimit(inner, { calls: 3, clock })
    const ended: number[] = []
    const calls = Array.from({ length: 7 }, async (_, index) => {
      await outcomeOf(model)
      ended.push(index)
    })
    await clock.advance(3_000)
    await Promise.all(calls)
    expect(ended).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect([inner.mostUnderWay, clock.sleepers]).toEqual([3, 0])
  })

  it('refuses what finds the queue full, and says that nothing was sent', async () => {
    const clock = virtualClock()
    const inner = scriptedModel([second], { clock })
    const model = concurrencyLimit(inner, { calls: 1, queue: 2, clock })
    const calls = [outcomeOf(model), outcomeOf(model), outcomeOf(model)]
    const error = await rejectsWith(model.generate(asking(), callContext()), 'unavailable')
    expect([error.effect, error.message]).toEqual(['none', expect.stringContaining('1 calls are under way and 2 wait')])
    await clock.advance(3_000)
    expect((await Promise.all(calls)).every(({ reply }) => reply)).toBe(true)
  })

  it('refuses what has waited too long, and its place in the queue is free', async () => {
    const clock = virtualClock()
    const inner = scriptedModel([{ kind: 'hang', times: 'always' }], { clock })
    const model = concurrencyLimit(inner, { calls: 1, queue: 1, waitMs: 2_000, clock })
    const stop = new AbortController()
    const first = outcomeOf(model, asking(), callContext({ signal: stop.signal }))
    const waiting = outcomeOf(model)
    await clock.advance(2_000)
    expect((await waiting).error).toMatchObject({ code: 'unavailable', effect: 'none' })
    const next = outcomeOf(model)
    await clock.advance(1)
    expect(clock.sleepers).toBe(1)
    stop.abort()
    await first
    await clock.advance(1)
    expect(inner.requests).toHaveLength(2)
    void next
  })

  it('frees the place of a caller that gives up, whether it waits or is served', async () => {
    const clock = virtualClock()
    const inner = scriptedModel((_, call) => (call === 0 ? { kind: 'hang' } : second), { clock })
    const model = concurrencyLimit(inner, { calls: 1, queue: 2, clock })
    const [served, waiting] = [new AbortController(), new AbortController()]
    const calls = [served, waiting].map(({ signal }) => outcomeOf(model, asking(), callContext({ signal })))
    const last = outcomeOf(model)
    await clock.advance(1)
    waiting.abort('not this one')
    served.abort('nor this')
    await clock.advance(1_000)
    expect((await Promise.all(calls)).map(({ error }) => error)).toEqual(['nor this', 'not this one'])
    expect((await last).reply).toBeDefined()
    expect(inner.requests).toHaveLength(2)
  })
})

describe('fallback', () => {
  function setup(
    first: () => ScriptedReply,
    second: () => ScriptedReply = () => ({ ...fine, text: 'second' }) as ScriptedReply,
  ) {
    const clock = virtualClock()
    const a = scriptedModel(first, { provider: 'one', model: 'a', clock })
    const b = scriptedModel(second, { provider: 'two', model: 'b', clock })
    return { clock, a, b, model: fallback([a, b], { clock, restMs: 60_000 }) }
  }

  it('asks the first alone while it answers', async () => {
    const { a, b, model } = setup(() => fine)
    expect((await outcomeOf(model)).reply?.answeredBy).toEqual({ provider: 'one', model: 'a' })
    expect([a.requests.length, b.requests.length]).toEqual([1, 0])
  })

  it('costs one failed call to switch; while the first rests nobody asks it', async () => {
    const { a, b, model } = setup(() => failing())
    const outcomes = []
    for (let call = 0; call < 20; call += 1) outcomes.push(await outcomeOf(model))
    expect(outcomes.every(({ reply }) => reply?.answeredBy.model === 'b')).toBe(true)
    expect(outcomes[0]?.reply?.warnings).toEqual(['one/a was asked first and failed: unavailable'])
    expect([a.requests.length, b.requests.length]).toEqual([1, 20])
  })

  it('tries the first again after its rest, with one call', async () => {
    let first: ScriptedReply = failing()
    const { clock, a, model } = setup(() => first)
    await outcomeOf(model)
    first = { kind: 'text', text: 'back', afterMs: 1_000 }
    await clock.advance(60_000)
    const calls = Array.from({ length: 10 }, () => outcomeOf(model))
    await clock.advance(1_000)
    const models = (await Promise.all(calls)).map(({ reply }) => reply?.answeredBy.model)
    expect(models).toEqual(['a', ...Array(9).fill('b')])
    expect(a.requests).toHaveLength(2)
    const after = outcomeOf(model)
    await clock.advance(1_000)
    expect((await after).reply?.answeredBy.model).toBe('a')
  })

  it('lets another call try it when the caller of the first gives up', async () => {
    let first: ScriptedReply = failing()
    const { clock, model } = setup(() => first)
    await outcomeOf(model)
    first = { kind: 'hang' }
    await clock.advance(60_000)
    const stop = new AbortController()
    const given = outcomeOf(model, asking(), callContext({ signal: stop.signal }))
    stop.abort('enough')
    expect((await given).error).toBe('enough')
    first = fine
    expect((await outcomeOf(model)).reply?.answeredBy.model).toBe('a')
  })

  it('rests as long as the provider asks for', async () => {
    const { clock, a, model } = setup(() => failing('unavailable', { retryAfterMs: 120_000 }))
    await outcomeOf(model)
    await clock.advance(119_000)
    await outcomeOf(model)
    expect(a.requests).toHaveLength(1)
  })

  test.each([
    ['rejected', 401, true],
    ['rejected', 403, true],
    ['not-found', 404, true],
    ['bad-response', undefined, true],
    ['rejected', 400, false],
    ['rejected', 413, false],
    ['rejected', undefined, false],
  ] as const)('after %s %s the next is asked: %s', async (code, status, switches) => {
    const { b, model } = setup(() => failing(code, status === undefined ? {} : { status }))
    const { error } = await outcomeOf(model)
    expect([b.requests.length === 1, error === undefined]).toEqual([switches, switches])
  })

  it('goes on after what the host says', async () => {
    const a = scriptedModel([failing('rejected', { status: 413 })])
    const model = fallback([a, scriptedModel([fine])], { switchesAfter: ({ status }) => status === 413 })
    expect((await outcomeOf(model)).reply).toBeDefined()
  })

  it('names every model that may answer, and promises what all can do', () => {
    const able = scriptedModel([], { provider: 'one', model: 'a' })
    const less = scriptedModel([], { provider: 'two', model: 'b', tools: false })
    const model = fallback([able, fallback([less, able])])
    expect(model.mayAnswer).toEqual([
      { provider: 'one', model: 'a' },
      { provider: 'two', model: 'b' },
    ])
    expect(model.capabilities).toEqual({ tools: false, structuredOutput: true })
    expect(model.id).toBe('fallback(one/a, fallback(two/b, one/a))')
  })

  it('asks whoever counts before the next model, by its name, and goes no further without leave', async () => {
    const { b, model } = setup(() => failing())
    const named: ModelName[] = []
    const beforeAttempt = async (one: ModelName) => {
      named.push(one)
      throw new MendkitError('rejected', 'the budget of today is spent')
    }
    expect((await outcomeOf(model, asking(), { ...callContext(), beforeAttempt })).error).toMatchObject({
      code: 'rejected',
    })
    expect([named, b.requests.length]).toEqual([[{ provider: 'two', model: 'b' }], 0])
  })

  it('gives a model no continuation of another provider', async () => {
    const { a, b, model } = setup(() => failing())
    const turn = (provider: string) =>
      ({
        role: 'assistant',
        text: asking().instructions,
        toolCalls: [],
        continuation: { provider, data: 'x' },
      }) as const
    await outcomeOf(
      model,
      asking('x', { messages: [...asking().messages, turn('one'), turn('two'), ...asking().messages] }),
    )
    const kept = [a, b].map(({ requests }) =>
      requests[0]?.messages.flatMap((one) =>
        one.role === 'assistant' && one.continuation ? [one.continuation.provider] : [],
      ),
    )
    expect(kept).toEqual([['one'], ['two']])
  })

  it('says what became of all when none answers, and then tries one model a call', async () => {
    const { a, b, model } = setup(
      () => failing('rejected', { status: 401 }),
      () => failing('unavailable', { status: 503 }),
    )
    const { error } = await outcomeOf(model)
    expect(error).toMatchObject({
      code: 'unavailable',
      status: 503,
      message: expect.stringContaining('one/a: rejected'),
    })
    await outcomeOf(model)
    expect(a.requests.length + b.requests.length).toBe(3)
  })

  it('tells the live view that another model begins anew', async () => {
    const { model } = setup(() => ({ ...failing(), progress: [{ kind: 'text', delta: 'half' }] }))
    expect((await outcomeOf(model)).progress).toEqual([
      { kind: 'text', delta: 'half' },
      { kind: 'restart' },
      { kind: 'text', delta: 'second' },
    ])
  })
})

// What a program without types may pass.
const misspelt: object = { retries: 3 }
const noModel = {} as unknown as LanguageModel

test.each<[string, (model: LanguageModel) => unknown]>([
  ['retrying', retrying],
  ['deadline', (model) => deadline(model, { ms: 1 })],
  ['circuitBreaker', circuitBreaker],
  ['concurrencyLimit', concurrencyLimit],
  ['describedInText', describedInText],
  ['traced', (model) => traced(model, { span: (_, run) => run(undefined) })],
  ['recording', (model) => recording(model, () => undefined)],
  ['modelStack', modelStack],
])('%s refuses what is no model', (who, wrap) => {
  const says = { code: 'config', path: 'model.spec', message: expect.stringContaining(who) }
  expect(() => wrap(noModel)).toThrow(expect.objectContaining(says))
})

test.each([
  ['retrying', () => retrying(scriptedModel([]), { attempts: 0 }), 'attempts'],
  ['deadline', () => deadline(scriptedModel([]), { ms: -1 }), 'ms'],
  ['circuitBreaker', () => circuitBreaker(scriptedModel([]), { openMs: Number.NaN }), 'openMs'],
  ['concurrencyLimit', () => concurrencyLimit(scriptedModel([]), { calls: 0.5 }), 'calls'],
  ['fallback', () => fallback([]), 'models'],
  ['modelStack', () => modelStack(scriptedModel([]), misspelt), 'retries'],
  ['retrying', () => modelStack(scriptedModel([]), { retry: { attempts: -3 } }), 'attempts'],
])('%s says which option is wrong', (who, make, path) => {
  expect(make).toThrow(expect.objectContaining({ code: 'config', path, message: expect.stringContaining(who) }))
})
