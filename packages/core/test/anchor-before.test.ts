import { type AnchorSink, allowUpTo, type MendkitOptions, type Store } from '@mendkit/core'
import { callContext, simulatedStore, testCheckpoint, testSigner } from '@mendkit/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { freshWorld, openShop, type Shop } from './support/shop.ts'
import { away, failingSink } from './support/sinks.ts'

const ctx = callContext()
const signer = testSigner()
const origin = `${signer.name}/default`

type Given = NonNullable<Parameters<typeof openShop>[0]>

function opened(
  anchors: readonly AnchorSink[],
  audit: NonNullable<MendkitOptions['settings']>['audit'] = {},
  given: Given = {},
): Shop {
  // Only the journal itself anchors within these tests.
  const settings = { ...given.settings, audit: { anchorBefore: 'low', anchorEveryMs: 86_400_000, ...audit } } as const
  const shop = openShop({ ...given, settings, system: { signer, anchors } })
  onTestFinished(() => shop.stop())
  return shop
}

/** Number of the entry with which the effect was intended. */
async function intentSeq(shop: Shop): Promise<number> {
  const entries = await shop.mendkit.audit.read({ limit: 1_000 })
  return entries.findLastIndex(({ bytes }) => new TextDecoder().decode(bytes).includes('"execution-intended"'))
}

test('an effect is made only once its intent is anchored', async () => {
  const sink = failingSink()
  const world = freshWorld()
  const anchoredAtCall: number[] = []
  world.beforeWrite = async () => {
    const kept = await sink.list({ origin, from: (await intentSeq(shop)) + 1, limit: 10 }, ctx)
    anchoredAtCall.push(kept.length)
  }
  const shop = opened([sink], {}, { world })
  await shop.fire()
  await shop.until('verifying')
  expect(anchoredAtCall).toEqual([1])
  expect(world.effects).toHaveLength(1)
})

test('while the sink is away the effect waits, and goes on when it is back in time', async () => {
  const sink = failingSink()
  const shop = opened([sink])
  await shop.clock.advance(1_000)
  sink.failure = away
  await shop.fire()
  await shop.until('remediating')
  await shop.clock.advance(20_000)
  expect([await shop.phase(), shop.world.effects]).toEqual(['remediating', []])
  expect(await shop.mendkit.executions.list()).toMatchObject([{ state: 'intent' }])
  sink.failure = undefined
  await shop.until('verifying')
  expect(shop.world.effects).toHaveLength(1)
})

test.each([
  ['fails', away],
  ['never answers', 'hangs'],
] as const)(
  'a sink that %s until the call would be over: nothing is done, and a person is called',
  async (_, failure) => {
    const sink = failingSink()
    const shop = opened([sink])
    await shop.clock.advance(1_000)
    sink.failure = failure
    await shop.fire()
    await shop.until('escalated')
    await shop.untilTrue('a person was called', () => shop.notices.some(({ urgency }) => urgency === 'page'))
    expect(shop.world).toMatchObject({ effects: [], flag: { on: true } })
    expect(await shop.incident()).toMatchObject({ reason: 'not-anchored', hadEffect: false })
    expect(await shop.mendkit.executions.list()).toMatchObject([{ state: 'no-effect' }])
    const page = shop.notices.find(({ urgency }) => urgency === 'page')
    expect(page?.body).toContain('0 of the 1 anchor sinks')
    expect(await shop.store.counter('default', 'executions-in-flight', ctx)).toBe(0)
    sink.failure = undefined
    await shop.clock.advance(600_000)
    expect(shop.world.effects).toEqual([])
    expect(await shop.mendkit.audit.verify()).toMatchObject({ verified: true })
  },
)

test('an anchor that does not cover the intent does not count', async () => {
  const sink = failingSink()
  const store = simulatedStore()
  let stale: Awaited<ReturnType<Store['lastAuditCheckpoint']>>
  const lastAuditCheckpoint: Store['lastAuditCheckpoint'] = async (tenant, context) => {
    stale ??= await store.lastAuditCheckpoint(tenant, context)
    return stale
  }
  const shop = opened([sink], {}, { store: { ...store, lastAuditCheckpoint } })
  await shop.fire()
  await shop.until('escalated')
  expect([shop.world.effects, (await shop.incident()).reason]).toEqual([[], 'not-anchored'])
  expect(await sink.list({ origin, from: 0, limit: 10 }, ctx)).toHaveLength(1)
})

test("an anchor in the log's own database does not count: nothing is done, and a person is called", async () => {
  const sink = failingSink()
  const shop = opened([{ ...sink, place: async () => ({ where: 'here', apart: 'same-database' as const }) }])
  await shop.fire()
  await shop.until('escalated')
  expect([shop.world.effects, (await shop.incident()).reason]).toEqual([[], 'not-anchored'])
})

test('a quorum of sinks is waited for, and no more', async () => {
  const [one, two, three] = [failingSink('one'), failingSink('two'), failingSink('three')]
  for (const sink of [two, three]) sink.failure = away
  const shop = opened([one, two, three], { anchorQuorum: 2 })
  await shop.fire()
  await shop.until('remediating')
  await shop.clock.advance(10_000)
  expect(shop.world.effects).toEqual([])
  two.failure = undefined
  three.failure = 'hangs'
  await shop.until('verifying')
  expect(shop.world.effects).toHaveLength(1)
})

test('a sink that speaks against the log stops the effect, however many others agree', async () => {
  const [quick, forked] = [failingSink('quick'), failingSink('forked')]
  await forked.put({ note: testCheckpoint({ origin, size: 1, root: Buffer.alloc(32, 2) }), at: 0 }, ctx)
  const shop = opened([quick, forked])
  await shop.fire()
  await shop.until('escalated')
  expect([shop.world.effects, (await shop.incident()).reason]).toEqual([[], 'not-anchored'])
})

test('an effect of lower risk does not wait', async () => {
  const sink = failingSink()
  sink.failure = away
  const shop = opened([sink], { anchorBefore: 'medium' })
  await shop.fire()
  await shop.until('verifying')
  expect([shop.world.effects.length, sink.puts]).toEqual([1, 0])
})

test('a kill switch that is thrown while the effect waits stops it, and lifted lets it go on', async () => {
  const sink = failingSink()
  const shop = opened([sink])
  await shop.clock.advance(1_000)
  sink.failure = away
  await shop.fire()
  await shop.until('remediating')
  await shop.clock.advance(5_000)
  await shop.mendkit.pause()
  sink.failure = undefined
  await shop.clock.advance(20_000)
  expect(shop.world.effects).toEqual([])
  await shop.mendkit.resume()
  await shop.until('verifying')
  expect(shop.world.effects).toHaveLength(1)
})

test('whoever takes the incident over while the effect waits keeps it from being made', async () => {
  const sink = failingSink()
  const shop = opened([sink])
  await shop.clock.advance(1_000)
  sink.failure = away
  await shop.fire()
  await shop.until('remediating')
  await shop.clock.advance(5_000)
  const alice = { id: 'alice', roles: ['approver'], tenant: 'default', via: 'test' }
  await shop.mendkit.as(alice).incidents.takeOver((await shop.incident()).id)
  sink.failure = undefined
  await shop.clock.advance(120_000)
  expect(shop.world.effects).toEqual([])
  expect(await shop.mendkit.executions.list()).toMatchObject([{ state: 'no-effect' }])
})

test('a process that dies while an effect waits for its anchor leaves nothing done: it is fenced, and decided anew', async () => {
  const store = simulatedStore()
  const sink = failingSink()
  const world = freshWorld()
  const first = openShop({
    store: dying(store),
    world,
    settings: { audit: { anchorBefore: 'low', anchorEveryMs: 86_400_000 } },
    system: { signer, anchors: [sink] },
  })
  await first.clock.advance(1_000)
  sink.failure = 'hangs'
  await first.fire()
  await first.until('remediating')
  await first.clock.advance(5_000)
  expect(await first.mendkit.executions.list()).toMatchObject([{ state: 'intent' }])
  dead = true
  sink.failure = undefined
  const shop = opened([sink], {}, { store, world, clock: first.clock })
  await shop.clock.advance(60_000)
  await shop.untilTrue('it was done', () => world.effects.length > 0)
  const executions = await shop.mendkit.executions.list()
  expect(executions.map(({ state }) => state)).toContain('no-effect')
  expect(world.effects).toHaveLength(1)
  expect(world.fences).toBeGreaterThan(0)
  expect(await shop.mendkit.audit.verify()).toMatchObject({ verified: true })
})

let dead = false

/** A store that nothing of a process reaches any more once it is dead. */
function dying(store: Store): Store {
  const cut = new Set<PropertyKey>([
    'commit',
    'claim',
    'renew',
    'release',
    'get',
    'list',
    'now',
    'nextDueAt',
    'pendingAlerts',
    'auditLogs',
    'lastAuditCheckpoint',
  ] satisfies (keyof Store)[])
  return new Proxy(store, {
    get: (target, name): unknown => {
      const call: unknown = Reflect.get(target, name)
      if (typeof call !== 'function' || !cut.has(name)) return call
      return (...given: unknown[]): unknown =>
        dead ? new Promise(() => undefined) : Reflect.apply(call, target, given)
    },
  })
}

test('an undo waits like every effect, and calls a person when its intent cannot be anchored', async () => {
  const sink = failingSink()
  const world = freshWorld()
  world.afterWrite = () => {
    world.health = 0.1
    sink.failure = away
  }
  const { setFlag } = await import('./support/shop.ts')
  const shop = opened(
    [sink],
    {},
    { world, action: setFlag(world, { onFailure: 'undo' }), policies: [allowUpTo('low')] },
  )
  await shop.fire()
  await shop.until('escalated')
  expect(await shop.incident()).toMatchObject({ reason: 'undo-impossible' })
  expect(world.effects).toHaveLength(1)
  await shop.untilTrue('a person was called', () => shop.notices.some(({ body }) => body.includes('anchor sinks')))
})
