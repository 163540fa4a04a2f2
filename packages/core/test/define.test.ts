import {
  type ActionInput,
  type AlertBatch,
  defineAction,
  defineDetector,
  defineEvidence,
  defineNotifier,
  definePolicy,
  defineRule,
  defineTool,
  type EffectInput,
  type JsonObject,
  type Schema,
} from '@mendkit/core'
import { callContext, virtualClock } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

const incident = {
  tenant: 't',
  id: 'inc_1',
  cluster: 'c',
  phase: 'deciding',
  title: 'x',
  openedAt: 0,
  relapses: 0,
} as const
const target = { cluster: 'c', apiVersion: 'shop/v1', kind: 'Flag', name: 'checkout', labels: {} }
const ctx = callContext()

const input = (params: JsonObject): ActionInput => ({ params, target, incident, executionId: 'exe_1', mintedAt: 0 })
const effect = (params: JsonObject): EffectInput => ({
  ...input(params),
  target,
  preview: { before: 1, after: 2, guard: 3 },
  fence: 1,
})

const minimal = {
  type: 'shop.scale',
  risk: 'low',
  undo: 'restore-before',
  params: z.object({ to: z.number(), by: z.string().default('rule') }),
  preview: async ({ params }: { params: { to: number; by: string } }) => ({
    before: 1,
    after: params.to,
    guard: params.by,
  }),
  execute: async () => 'a reply that nobody needs',
  observe: async () => 'applied' as const,
} as const

describe('defineAction', () => {
  test('fills in what is optional, and offers only what is there', () => {
    const action = defineAction(minimal)
    expect(action).toMatchObject({
      type: 'shop.scale',
      description: 'shop.scale',
      onFailure: 'keep',
      undo: 'restore-before',
    })
    for (const absent of ['target', 'lockKeys', 'blastRadius', 'invalidate', 'announce'])
      expect(action).not.toHaveProperty(absent)
  })

  test('hands on what the schema understood', async () => {
    expect(await defineAction(minimal).preview(input({ to: 3 }), ctx)).toEqual({ before: 1, after: 3, guard: 'rule' })
    expect(await defineAction(minimal).execute(effect({ to: 3 }), ctx)).toBeUndefined()
  })

  test('refuses parameters that the schema does not know, in every call, before the host sees them', async () => {
    const reached: string[] = []
    const note = (name: string) => async () => void reached.push(name)
    const action = defineAction({
      ...minimal,
      target: () => target,
      lockKeys: () => ['k'],
      blastRadius: () => ({ resources: [], replicas: 1 }),
      execute: note('execute'),
      invalidate: note('invalidate'),
      announce: note('announce'),
    })
    const refused = expect.objectContaining({
      code: 'invalid',
      path: 'params.to',
      message: expect.stringContaining('shop.scale'),
    })
    const wrong = { to: 'three' }
    await expect(action.preview(input(wrong), ctx)).rejects.toEqual(refused)
    await expect(action.execute(effect(wrong), ctx)).rejects.toEqual(refused)
    await expect(action.observe(effect(wrong), ctx)).rejects.toEqual(refused)
    await expect(action.invalidate?.(effect(wrong), ctx)).rejects.toEqual(refused)
    await expect(action.announce?.(effect(wrong), ctx)).rejects.toEqual(refused)
    expect(() => action.target?.(wrong)).toThrow(refused)
    expect(() => action.lockKeys?.(wrong, target)).toThrow(refused)
    expect(() => action.blastRadius?.(wrong, target)).toThrow(refused)
    expect(reached).toEqual([])
  })

  test('refuses a schema that answers later', async () => {
    const standard = minimal.params['~standard']
    const later: Schema<{ to: number; by: string }> = {
      '~standard': { ...standard, validate: async () => ({ value: { to: 1, by: '' } }) },
    }
    const action = defineAction({ ...minimal, params: later })
    await expect(action.preview(input({ to: 3 }), ctx)).rejects.toMatchObject({ code: 'unsupported' })
  })

  test.each<[string, Record<string, unknown>, string]>([
    ['an empty type', { type: '' }, 'type'],
    ['a type with spaces', { type: 'set flag' }, 'type'],
    ['an unknown risk', { risk: 'tiny' }, 'risk'],
    ['a schema that is none', { params: {} }, 'params'],
    ['no undo', { undo: undefined }, 'undo'],
    ['an irreversible action without a reason', { undo: { irreversible: '' } }, 'undo.irreversible'],
    ['a missing function', { execute: undefined }, 'execute'],
    ['an unknown option', { onFail: 'keep' }, 'onFail'],
  ])('refuses %s', (_, over, path) => {
    expect(() => defineAction({ ...minimal, ...over } as typeof minimal)).toThrow(
      expect.objectContaining({ code: 'config', path, message: expect.stringMatching(/^defineAction: /) }),
    )
  })
})

describe('defineDetector', () => {
  const clock = () => virtualClock()
  const deep = { labels: { alertname: 'QueueDeep' } }

  test('polls at once and then every interval, each time with everything that is wrong', async () => {
    const time = clock()
    const detector = defineDetector({
      id: 'queue',
      every: '15s',
      poll: () => [deep],
      source: 'q',
      cluster: 'c',
      tenant: 't',
      clock: time,
    })
    expect(detector).toMatchObject({ spec: 1, id: 'queue', tenant: 't' })
    const stop = new AbortController()
    const batches: AlertBatch[] = []
    const reading = (async () => {
      for await (const batch of detector.alerts(callContext({ signal: stop.signal }))) {
        batches.push(batch)
        if (batches.length === 3) stop.abort(new Error('enough'))
      }
    })()
    await time.advance(30_000)
    await reading
    expect(batches).toEqual(
      ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:15.000Z', '2026-01-01T00:00:30.000Z'].map((asOf) => ({
        source: 'q',
        cluster: 'c',
        complete: true,
        asOf,
        alerts: [deep],
      })),
    )
  })

  test('counts the interval from the start of a poll, and never polls twice at once', async () => {
    const time = clock()
    const stop = new AbortController()
    const durations = [5_000, 40_000, 0]
    const asked: number[] = []
    const start = time.now()
    const detector = defineDetector({
      id: 'queue',
      every: '15s',
      clock: time,
      poll: async ({ signal }) => {
        asked.push(time.now() - start)
        await time.sleep(durations[asked.length - 1] ?? 0, signal)
        if (asked.length === 3) stop.abort(new Error('enough'))
        return []
      },
    })
    const all = Array.fromAsync(detector.alerts(callContext({ signal: stop.signal })))
    await time.advance(120_000)
    await all
    expect(asked).toEqual([0, 15_000, 55_000])
  })

  test('says when it asked, not when the answer came, and ends quietly when it is stopped while it asks', async () => {
    const time = clock()
    const stop = new AbortController()
    const detector = defineDetector({
      id: 'queue',
      every: 1_000,
      clock: time,
      poll: async ({ signal }) => {
        await time.sleep(5_000, signal)
        return []
      },
    })
    const stream = detector.alerts(callContext({ signal: stop.signal }))[Symbol.asyncIterator]()
    const first = stream.next()
    await time.advance(5_000)
    expect((await first).value).toMatchObject({ source: 'queue', asOf: '2026-01-01T00:00:00.000Z' })
    const second = stream.next()
    stop.abort(new Error('enough'))
    expect(await second).toEqual({ done: true, value: undefined })
  })

  test('lets the failure of a poll through', async () => {
    const failing = defineDetector({
      id: 'queue',
      every: '1s',
      poll: () => Promise.reject(new Error('queue is away')),
      clock: clock(),
    })
    await expect(Array.fromAsync(failing.alerts(ctx))).rejects.toThrow('queue is away')
  })

  test.each(['0s', '15', 'soon', '-1s', 0, Number.NaN])('refuses the interval %j', (every) => {
    expect(() => defineDetector({ id: 'queue', every: every as '1s', poll: () => [] })).toThrow(
      expect.objectContaining({ code: 'config', path: 'every' }),
    )
  })
})

describe('the other definitions', () => {
  const away: never[] = []
  test.each<[string, () => unknown, string]>([
    ['definePolicy without an id', () => definePolicy({ id: '', decide: () => ({ kind: 'abstain' }) }), 'id'],
    [
      'defineRule without a match',
      () => defineRule({ id: 'r', match: undefined as unknown as () => undefined }),
      'match',
    ],
    [
      'defineNotifier with an unknown option',
      () => defineNotifier({ id: 'n', send: async () => undefined, ...{ url: '' } }),
      'url',
    ],
    ['defineEvidence without tools', () => defineEvidence({ id: 'e', tools: away }), 'tools'],
    [
      'defineTool without a schema',
      () => defineTool({ name: 't', input: {} as Schema<string>, read: () => ({ facts: [] }) }),
      'input',
    ],
  ])('%s is refused by name', (_, define, path) => {
    expect(define).toThrow(expect.objectContaining({ code: 'config', path }))
  })

  test('a tool hands on what its schema understood, and refuses the rest with its path', async () => {
    const tool = defineTool({
      name: 'shop.queue',
      input: z.object({ queue: z.object({ name: z.string() }) }),
      read: ({ queue }) => ({ facts: [{ name: 'queue.name', kind: 'status', value: queue.name }] }),
    })
    const source = defineEvidence({ id: 'shop', tools: [tool] })
    expect(await source.gather(incident, [], ctx)).toEqual([])
    expect(await source.tools[0]?.read({ queue: { name: 'orders' } }, ctx)).toMatchObject({
      facts: [{ value: 'orders' }],
    })
    await expect(tool.read({ queue: {} }, ctx)).rejects.toMatchObject({ code: 'invalid', path: 'input.queue.name' })
  })

  test('a notifier reaches people unless it says otherwise', () => {
    expect(defineNotifier({ id: 'n', send: async () => undefined }).reachesPeople).toBe(true)
    expect(defineNotifier({ id: 'n', send: async () => undefined, reachesPeople: false }).reachesPeople).toBe(false)
    expect(defineRule({ id: 'r', match: () => undefined }).description).toBe('r')
  })
})
