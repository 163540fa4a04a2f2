import {
  allowUpTo,
  type Check,
  createMendkit,
  definePolicy,
  higherRisk,
  type MendkitOptions,
  silentLogger,
} from '@mendkit/core'
import { describe, expect, test } from 'vitest'
import { freshWorld, openShop, type Shop, setFlag } from './support/shop.ts'

/** What a plug-in written without types may answer. */
function wrong<Value>(answer: unknown): Value {
  return answer as Value
}

const action = setFlag(freshWorld())

async function plan(shop: Shop) {
  const { id } = await shop.incident()
  return (await shop.mendkit.incidents.timeline(id)).plans.at(-1)
}

describe('an action that is not well-formed is refused before anything runs', () => {
  test.each([
    ['risk', { risk: 'HIGH' }],
    ['risk', { risk: undefined }],
    ['undo', { undo: 'never' }],
    ['onFailure', { onFailure: 'retry' }],
    ['params', { params: {} }],
    ['description', { description: undefined }],
    ['invalidate', { invalidate: true }],
    ['lockKeys', { lockKeys: ['a'] }],
  ])('by %s, as in %j', (field, given) => {
    const options = { integrations: [{ actions: [{ ...action, ...given }] }], system: { log: silentLogger } }
    expect(() => createMendkit(wrong<MendkitOptions>(options))).toThrow(`integrations.0.actions.0.${field}`)
  })

  test('an unknown risk counts as the highest', () => {
    expect(higherRisk(wrong('HIGH'), 'low')).toBe('high')
    expect(higherRisk('medium', wrong(undefined))).toBe('high')
    expect([higherRisk('low', 'medium'), higherRisk('medium', 'low'), higherRisk('low', 'low')]).toEqual([
      'medium',
      'medium',
      'low',
    ])
  })
})

describe('a preview that is not well-formed is refused, and a person reads why', () => {
  test.each([
    ['risk', { risk: 'severe' }],
    ['blastRadius.replicas', { blastRadius: { resources: [], replicas: Number.NaN } }],
    ['blastRadius.replicas', { blastRadius: { resources: [], replicas: 1.5 } }],
    ['blastRadius.replicas', { blastRadius: { resources: [], replicas: -100 } }],
    ['blastRadius.percentOfReady', { blastRadius: { resources: [], replicas: 1, percentOfReady: 101 } }],
    ['blastRadius.budgetHeadroom', { blastRadius: { resources: [], replicas: 1, budgetHeadroom: 0.5 } }],
    ['autonomyLimit', { autonomyLimit: 'none' }],
    ['before', { before: undefined }],
    ['target', { target: { kind: 'Flag' } }],
    ['lockKeys', { lockKeys: [] }],
  ])('by %s, as in %j', async (field, given) => {
    const world = freshWorld()
    const whole = setFlag(world)
    const preview: typeof whole.preview = async (input, ctx) =>
      wrong({ ...(await whole.preview(input, ctx)), ...given })
    const shop = openShop({ world, action: { ...whole, preview } })
    await shop.fire()
    await shop.until('handed-over')
    expect((await shop.incident()).reason).toBe('denied')
    expect((await plan(shop))?.actions[0]?.refused).toContain(field)
    expect(world.effects).toEqual([])
    await shop.stop()
  })

  test('a blast radius of the action itself with replicas that are no number makes no plan', async () => {
    const world = freshWorld()
    const blastRadius = () => ({ resources: [], replicas: Number.NaN })
    const shop = openShop({ world, action: { ...setFlag(world), blastRadius } })
    await shop.fire()
    await shop.until('handed-over')
    expect((await shop.incident()).reason).toBe('preview-failed')
    await shop.stop()
  })
})

test('an observation that is none is unknown: the world is read again, and then a person is called', async () => {
  const world = freshWorld()
  const shop = openShop({ world, action: { ...setFlag(world), observe: async () => wrong(true) } })
  await shop.fire()
  await shop.until('escalated')
  expect((await shop.incident()).reason).toBe('outcome-unknown')
  expect(world.effects).toHaveLength(1)
  await shop.stop()
})

describe('a check that answers anything but good or bad has no answer', () => {
  const health = (given: Partial<Check>): Check => {
    return { spec: 1, id: 'mine', kind: 'health', applies: () => true, check: async () => wrong(undefined), ...given }
  }
  const throws = (): never => {
    throw new TypeError('Cannot read properties of undefined')
  }

  test.each([
    ['a verdict of its own', { check: async () => wrong({ verdict: 'unhealthy', because: 'all pods crash' }) }],
    ['nothing', {}],
    [
      'a measure that is no number',
      {
        check: async () =>
          wrong({ verdict: 'good', because: 'fine', measure: { name: 'ready', value: Number.NaN, better: 'higher' } }),
      },
    ],
    ['nothing about whether it applies', { applies: () => wrong(undefined) }],
    ['with an exception whether it applies', { applies: throws }],
  ] as [string, Partial<Check>][])('%s', async (_what, given) => {
    const shop = openShop({ checks: [health(given)] })
    await shop.fire()
    await shop.until('verifying')
    await shop.clear()
    await shop.until('escalated')
    const { id } = await shop.incident()
    const [execution] = (await shop.mendkit.incidents.timeline(id)).executions
    expect(execution?.verification).toMatchObject({ verdict: 'inconclusive' })
    expect(execution?.verification?.checks).toContainEqual({ check: 'mine', verdict: 'unknown' })
    await shop.stop()
  })
})

describe('a policy that answers no decision denies', () => {
  test.each([
    ['a question with a time that is no number', { kind: 'ask', because: 'x', expiresInMs: Number.NaN }],
    ['a quorum of nobody', { kind: 'ask', because: 'x', quorum: 0 }],
    ['a quorum of half a person', { kind: 'ask', because: 'x', quorum: 1.5 }],
    ['a quorum that nobody could gather', { kind: 'ask', because: 'x', quorum: 101 }],
    ['a question that nobody may answer', { kind: 'ask', because: 'x', approvers: [] }],
    ['an allowance without a reason', { kind: 'allow' }],
    ['a word of its own', { kind: 'yes', because: 'x' }],
    ['nothing', undefined],
  ])('%s', async (_what, answer) => {
    const shop = openShop({ policies: [definePolicy({ id: 'mine', decide: () => wrong(answer) })] })
    await shop.fire()
    await shop.until('handed-over')
    expect((await shop.incident()).reason).toBe('denied')
    expect((await plan(shop))?.decision.voices).toContainEqual({
      policy: 'mine',
      kind: 'deny',
      because: 'policy mine failed',
    })
    await shop.stop()
  })
})

/** What only looks like a promise. */
function thenable(then: (settle: (answer: unknown) => void, fail: (error: Error) => void) => void): unknown {
  return Object.fromEntries([['then', then]])
}

describe('a policy that answers otherwise denies as well', () => {
  const broken = new Error('broken')
  test.each<[string, () => unknown]>([
    ['its promise fails', () => Promise.reject(broken)],
    [
      'it throws',
      () => {
        throw broken
      },
    ],
    ['a promise of its own kind brings no decision', () => thenable((settle) => settle('yes'))],
    ['a promise of its own kind fails', () => thenable((_, fail) => fail(broken))],
    ['its answer is a function', () => Object.assign(() => undefined, { kind: 'allow', because: 'x' })],
    [
      'its answer cannot be looked at',
      () =>
        new Proxy(
          { kind: 'allow', because: 'x' },
          {
            has: () => {
              throw broken
            },
          },
        ),
    ],
  ])('%s', async (_what, decide) => {
    const shop = openShop({ policies: [allowUpTo('low'), definePolicy({ id: 'mine', decide: () => wrong(decide()) })] })
    await shop.fire()
    await shop.until('handed-over')
    expect((await plan(shop))?.decision.voices).toContainEqual({
      ...{ policy: 'mine', kind: 'deny', because: 'policy mine failed' },
    })
    expect(shop.world.effects).toEqual([])
    await shop.stop()
  })
})

describe('what diagnosis is told', () => {
  const incidentWith = async (integration: NonNullable<MendkitOptions['integrations']>[number]) => {
    const shop = openShop({ integrations: [integration] })
    await shop.fire()
    await shop.until('verifying')
    const { id } = await shop.incident()
    const { events } = await shop.mendkit.incidents.timeline(id)
    await shop.stop()
    return events.flatMap((event) => (event.type === 'evidence-collected' ? event.data.evidence : []))
  }
  const tool = (answer: unknown) => {
    return { name: 'mine.read', description: '', input: action.params, read: async () => wrong<never>(answer) }
  }

  test.each([
    ['no facts', {}],
    ['a fact of no kind', { facts: [{ name: 'x', kind: 'rumour', value: 1 }] }],
    ['a fact whose value is no value', { facts: [{ name: 'x', kind: 'metric', value: Number.NaN }] }],
  ])('a reading with %s is a failed reading, and the others count', async (_what, answer) => {
    const gather = async () => [{ tool: 'mine.read', input: {} }]
    const evidence = await incidentWith({ evidence: [{ spec: 1, id: 'mine', tools: [tool(answer)], gather }] })
    const [mine] = evidence.filter((each) => each.tool === 'mine.read')
    expect(mine).toMatchObject({ facts: 0, warnings: 1 })
  })

  test('a source that asks for nothing that can be asked is left out', async () => {
    const gather = async () => wrong<never>(undefined)
    const evidence = await incidentWith({ evidence: [{ spec: 1, id: 'mine', tools: [], gather }] })
    expect(evidence.map((each) => each.tool)).toEqual(['mendkit.alerts', 'shop.flag'])
  })
})

test('a verification deadline that is no number does not end the verification', async () => {
  const shop = openShop({ integrations: [{ verificationDeadlineMs: async () => Number.NaN }] })
  await shop.fire()
  await shop.until('verifying')
  await shop.clock.advance(60_000)
  expect(await shop.phase()).toBe('verifying')
  await shop.clear()
  await shop.until('resolved')
  await shop.stop()
})
