import { definePolicy, MendkitError, memoryState } from '@mendkit/core'
import { callContext, simulatedStore, virtualClock } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { freshWorld, openShop, setFlag } from './support/shop.ts'

const never = new Promise<void>(() => {
  // A process that was killed never goes on.
})

describe('an effect happens at most once', () => {
  test('when the process is killed between intent and call', async () => {
    const clock = virtualClock()
    const state = memoryState()
    const world = freshWorld()
    const first = simulatedStore(state)
    const killed = openShop({ clock, world, store: first })
    world.beforeWrite = () => {
      first.kill()
      world.beforeWrite = undefined
      return never
    }
    await killed.fire()
    for (let step = 0; step < 60 && world.beforeWrite !== undefined; step += 1) await clock.advance(250)
    expect(world.effects).toHaveLength(0)

    const second = openShop({ clock, world, store: simulatedStore(state) })
    await second.until('verifying')
    expect(world.effects).toHaveLength(1)
    expect(world.fences).toBe(1)
    expect((await second.mendkit.executions.list()).map((each) => each.state)).toEqual(['no-effect', 'observed'])
    await second.clear()
    await second.until('resolved')
    expect(await second.mendkit.audit.verify()).toMatchObject({ verified: true })
    await second.stop()
  })

  test('when the process is killed between call and outcome', async () => {
    const clock = virtualClock()
    const state = memoryState()
    const world = freshWorld()
    const first = simulatedStore(state)
    const killed = openShop({ clock, world, store: first })
    world.afterWrite = () => {
      first.kill()
      world.afterWrite = undefined
      return never
    }
    await killed.fire()
    for (let step = 0; step < 60 && world.effects.length === 0; step += 1) await clock.advance(250)

    const second = openShop({ clock, world, store: simulatedStore(state) })
    await second.until('verifying')
    expect(world.effects).toHaveLength(1)
    const executions = await second.mendkit.executions.list()
    expect(executions.map((each) => each.id)).toEqual(world.effects)
    await second.clear()
    await second.until('resolved')
    await second.stop()
  })

  test('when the reply is lost: the world is read, and nothing is sent again', async () => {
    const world = freshWorld()
    world.afterWrite = () => {
      world.afterWrite = undefined
      throw new MendkitError('unavailable', 'the connection was cut')
    }
    const shop = openShop({ world })
    await shop.fire()
    await shop.until('verifying')
    expect(world.effects).toHaveLength(1)
    await shop.stop()
  })

  test('when a paused worker wakes after another has classified its execution', async () => {
    const clock = virtualClock()
    const state = memoryState()
    const world = freshWorld()
    const paused = Promise.withResolvers<void>()
    world.beforeWrite = () => {
      world.beforeWrite = undefined
      return paused.promise
    }
    const first = simulatedStore(state)
    const sleeper = openShop({ clock, world, store: first, settings: { execution: { callTimeoutMs: 600_000 } } })
    await sleeper.fire()
    for (let step = 0; step < 60 && world.beforeWrite !== undefined; step += 1) await clock.advance(250)
    first.kill()
    const other = openShop({ clock, world, store: simulatedStore(state) })
    await other.until('verifying')
    paused.resolve()
    await clock.advance(60_000)
    expect(world.effects).toHaveLength(1)
    await other.stop()
  })
})

describe('a refused guard', () => {
  test('is read again and sent again under a fresh one, while what was approved still holds', async () => {
    const world = freshWorld()
    world.beforeWrite = () => {
      world.beforeWrite = undefined
      world.flag = { ...world.flag, version: world.flag.version + 1 }
    }
    const shop = openShop({ world })
    await shop.fire()
    await shop.until('verifying')
    const [execution] = await shop.mendkit.executions.list()
    expect(execution?.sends).toBe(2)
    expect(world.effects).toHaveLength(1)
    await shop.stop()
  })

  test('voids the plan when the object is no longer what was approved', async () => {
    const world = freshWorld()
    world.beforeWrite = () => {
      world.flag = { ...world.flag, uid: 'flag-2', version: world.flag.version + 1 }
    }
    const shop = openShop({ world })
    await shop.fire()
    for (let step = 0; step < 60 && (await shop.mendkit.executions.list()).length === 0; step += 1) {
      await shop.clock.advance(250)
    }
    await shop.clock.advance(1_000)
    expect((await shop.mendkit.executions.list())[0]?.state).toBe('no-effect')
    expect(world.effects).toHaveLength(0)
    await shop.stop()
  })

  test('voids the plan when the action itself refuses by now', async () => {
    const world = freshWorld()
    world.beforeWrite = () => {
      world.refused = 'the flag is being removed'
      world.flag = { ...world.flag, version: world.flag.version + 1 }
    }
    const shop = openShop({ world })
    await shop.fire()
    for (let step = 0; step < 60 && (await shop.mendkit.executions.list()).length === 0; step += 1) {
      await shop.clock.advance(250)
    }
    await shop.clock.advance(1_000)
    expect(await shop.mendkit.executions.list()).toMatchObject([{ state: 'no-effect', sends: 1 }])
    expect(world.effects).toHaveLength(0)
    await shop.stop()
  })

  test('that nobody caused is a failure: a person is called and nothing is sent again', async () => {
    const world = freshWorld()
    let calls = 0
    world.beforeWrite = () => {
      calls += 1
      throw new MendkitError('conflict', 'the content is not valid')
    }
    const shop = openShop({ world })
    await shop.fire()
    await shop.until('escalated')
    expect(calls).toBe(1)
    expect((await shop.mendkit.executions.list())[0]?.state).toBe('failed')
    expect(shop.notices.map((notice) => notice.urgency)).toContain('page')
    await shop.stop()
  })
})

describe('an outcome that nobody can tell', () => {
  test('escalates, keeps its lock, and is settled by a person', async () => {
    const world = freshWorld()
    world.afterWrite = () => {
      world.flag = { ...world.flag, lastKey: 'somebody-else' }
      throw new MendkitError('unavailable', 'cut')
    }
    const always = definePolicy({ id: 'always', decide: () => ({ kind: 'allow', because: 'test' }) })
    const shop = openShop({
      world,
      action: setFlag(world, { fenced: false }),
      policies: [always],
      autonomy: { 'namespace:shop': 'auto' },
    })
    await shop.fire()
    await shop.until('awaiting-approval')
    const [question] = await shop.mendkit.approvals.list()
    const alice = { id: 'alice', roles: ['approver'], tenant: 'default', via: 'test' }
    await shop.mendkit.approvals.approve(question?.id ?? '', { by: alice, digest: question?.digest ?? '' })
    await shop.until('escalated')
    const [unknown] = await shop.mendkit.executions.list({ states: ['unknown'] })
    expect(unknown).toBeDefined()
    await shop.clear()
    await shop.clock.advance(10_000)
    expect(await shop.phase()).toBe('escalated')
    await shop.mendkit.executions.settle(unknown?.id ?? '', { outcome: 'applied', because: 'I looked' })
    await shop.until('resolved')
    expect(await shop.mendkit.executions.list({ states: ['unknown'] })).toEqual([])
    await shop.stop()
  })
})

describe('a target that is gone when the reply is lost', () => {
  const outcomes = async (shop: ReturnType<typeof openShop>) => {
    const types = ['execution-observed', 'execution-verified', 'execution-ended'] as const
    const seen: unknown[] = []
    for await (const event of shop.mendkit.watch({ after: -1, types: [...types] })) {
      if (event.type === 'execution-observed') seen.push(event.data.outcome)
      if (event.type === 'execution-verified') seen.push(event.data.verdict)
      if (event.type === 'execution-ended') seen.push(event.data.state)
      if (event.type === 'execution-ended') break
    }
    return seen
  }
  const lost = () => {
    const world = freshWorld()
    world.afterWrite = () => {
      world.gone = true
      throw new MendkitError('unavailable', 'cut')
    }
    return world
  }

  test('is verified, and its end is claimed neither as a success nor as nothing', async () => {
    const shop = openShop({ world: lost() })
    await shop.fire()
    await shop.until('verifying')
    await shop.clear()
    await shop.until('resolved')
    expect(await outcomes(shop)).toEqual(['unknown', 'gone', 'recovered', 'gone'])
    const [incident] = await shop.mendkit.incidents.list()
    expect(incident?.reason).toBe('resolved-after-effect')
    expect(shop.notices.map(({ urgency }) => urgency)).not.toContain('page')
    const written = await shop.mendkit.incidents.timeline(incident?.id ?? '', { format: 'markdown' })
    expect(written).toContain('whether through it cannot be told')
    expect(written).toContain('Done by Mendkit: nothing, and 1 action of which nobody can tell')
    expect(written).not.toMatch(/it helped|Seen to be in effect|not done/)
    expect(await shop.mendkit.audit.verify()).toMatchObject({ verified: true })
    await shop.stop()
  })

  test('calls a person when the symptom stays, undoes nothing, and gives lock and caps back', async () => {
    const world = lost()
    world.health = 0.5
    const shop = openShop({ world, settings: { execution: { maxInFlight: 1, cooldownMs: 0 } } })
    await shop.fire()
    await shop.until('verifying')
    world.health = 0.1
    await shop.fire()
    await shop.until('escalated')
    expect(await outcomes(shop)).toEqual(['unknown', 'gone', 'worse', 'gone'])
    const [incident] = await shop.mendkit.incidents.list()
    expect(incident?.reason).toBe('outcome-unknown')
    expect(shop.notices.map(({ urgency }) => urgency)).toContain('page')
    expect(world.effects).toHaveLength(1)

    world.gone = false
    world.afterWrite = undefined
    world.flag = { ...world.flag, on: true, version: 9, uid: 'flag-2' }
    await shop.mendkit.incidents.diagnose(incident?.id ?? '')
    await shop.until('verifying')
    expect(world.effects).toHaveLength(2)
    await shop.stop()
  })

  test('is an effect when the reply did come', async () => {
    const world = freshWorld()
    world.afterWrite = () => {
      world.gone = true
    }
    const shop = openShop({ world })
    await shop.fire()
    await shop.until('verifying')
    await shop.clear()
    await shop.until('resolved')
    expect(await outcomes(shop)).toEqual(['applied', 'recovered', 'succeeded'])
    await shop.stop()
  })

  test('calls a person when it was to be undone', async () => {
    const world = freshWorld()
    world.health = 0.5
    world.afterWrite = () => {
      world.health = 0.1
      world.afterWrite = () => {
        world.gone = true
        throw new MendkitError('unavailable', 'cut')
      }
    }
    const shop = openShop({ world })
    await shop.fire()
    await shop.until('verifying')
    await shop.fire()
    await shop.until('escalated')
    expect((await shop.mendkit.incidents.list())[0]?.reason).toBe('undo-impossible')
    expect((await shop.mendkit.executions.list()).map(({ state }) => state)).toEqual(['escalated', 'gone'])
    const [key = ''] = (await shop.mendkit.executions.list())[0]?.lockKeys ?? []
    const lock = await shop.store.get('lock', 'default', key, callContext())
    expect(lock).toBeDefined()
    expect(lock?.holder).toBeUndefined()
    await shop.stop()
  })
})

describe('a word of a person', () => {
  test('on an execution under way ends its plan and leaves the incident with the person', async () => {
    const world = freshWorld()
    world.afterWrite = () => {
      world.flag = { ...world.flag, lastKey: 'somebody-else' }
      throw new MendkitError('unavailable', 'cut')
    }
    const shop = openShop({ world, settings: { execution: { maxReads: 100 } } })
    await shop.fire()
    for (let step = 0; step < 60 && world.effects.length === 0; step += 1) await shop.clock.advance(250)
    const [unknown] = await shop.mendkit.executions.list()
    await shop.mendkit.executions.settle(unknown?.id ?? '', { outcome: 'applied', because: 'I looked' })
    await shop.until('escalated')
    await shop.clock.advance(60_000)
    expect((await shop.mendkit.executions.list()).map((each) => each.state)).toEqual(['escalated'])
    await shop.clear()
    await shop.until('resolved')
    expect((await shop.mendkit.incidents.list())[0]?.reason).toBe('resolved-after-effect')
    await shop.stop()
  })
})

describe('verification', () => {
  test('undoes a fix that made things worse, to the recorded state, and calls a person', async () => {
    const world = freshWorld()
    world.health = 0.5
    world.afterWrite = () => {
      world.health = 0.1
    }
    const shop = openShop({ world })
    await shop.fire()
    await shop.until('verifying')
    expect(world.flag.on).toBe(false)
    await shop.fire()
    await shop.until('escalated')
    expect(world.flag.on).toBe(true)
    expect(world.effects).toHaveLength(2)
    expect((await shop.mendkit.executions.list()).map((each) => each.state).sort()).toEqual(['succeeded', 'undone'])
    const [incident] = await shop.mendkit.incidents.list()
    expect(incident?.reason).toBe('undone')
    await shop.untilTrue('a person was called', () => shop.notices.some(({ urgency }) => urgency === 'page'))
    expect(shop.notices.at(-1)?.body).toContain('the measured health was worse than before it')
    await shop.stop()
  })

  test('leaves a fix that did not help, and escalates', async () => {
    const world = freshWorld()
    world.health = 0.5
    const shop = openShop({ world })
    await shop.fire()
    await shop.until('verifying')
    await shop.fire()
    await shop.until('escalated')
    expect(world.effects).toHaveLength(1)
    expect((await shop.mendkit.executions.list())[0]?.state).toBe('failed')
    await shop.stop()
  })

  test('does not undo a fix that helped because more alerts came to fire', async () => {
    const world = freshWorld()
    world.health = 0.2
    world.afterWrite = () => {
      world.health = 0.6
    }
    const shop = openShop({ world })
    await shop.fire()
    await shop.until('verifying')
    await shop.fire(['CheckoutBroken', 'CheckoutSlow', 'CheckoutLate'])
    await shop.until('escalated')
    expect(world.effects).toHaveLength(1)
    expect((await shop.mendkit.incidents.list())[0]?.reason).toBe('not-recovered')
    await shop.stop()
  })

  test('does not undo where a policy no longer allows anything', async () => {
    const world = freshWorld()
    world.health = 0.5
    world.afterWrite = () => {
      world.health = 0.1
    }
    let frozen = false
    const freeze = definePolicy({
      id: 'freeze',
      decide: () => (frozen ? { kind: 'deny', because: 'change freeze' } : { kind: 'allow', because: 'fine' }),
    })
    const shop = openShop({ world, policies: [freeze] })
    await shop.fire()
    await shop.until('verifying')
    frozen = true
    await shop.fire()
    await shop.until('escalated')
    expect(world.effects).toHaveLength(1)
    expect((await shop.mendkit.incidents.list())[0]?.reason).toBe('undo-impossible')
    await shop.stop()
  })

  test('does not undo over a change of somebody else', async () => {
    const world = freshWorld()
    world.health = 0.5
    world.afterWrite = () => {
      world.health = 0.1
    }
    const shop = openShop({ world })
    await shop.fire()
    await shop.until('verifying')
    world.flag = { ...world.flag, on: true, version: world.flag.version + 1, lastKey: 'a-person' }
    await shop.fire()
    await shop.until('escalated')
    expect(world.effects).toHaveLength(1)
    const [incident] = await shop.mendkit.incidents.list()
    expect(incident?.reason).toBe('undo-impossible')
    await shop.stop()
  })

  test('a silent source is inconclusive, never a success', async () => {
    const shop = openShop()
    await shop.fire()
    await shop.until('verifying')
    await shop.until('escalated')
    const verified = []
    for await (const event of shop.mendkit.watch({ after: -1, types: ['execution-verified'] })) {
      verified.push(event.data)
      break
    }
    expect(verified[0]).toMatchObject({ verdict: 'inconclusive' })
    await shop.stop()
  })
})

test('an execution that has ended cannot be settled, nor one that does not exist', async () => {
  const shop = openShop()
  await shop.fire()
  await shop.until('verifying')
  await shop.clear()
  await shop.until('resolved')
  const [execution] = await shop.mendkit.executions.list()
  const word = { outcome: 'not-applied', because: 'I looked' } as const
  await expect(shop.mendkit.executions.settle(execution?.id ?? '', word)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('has ended as succeeded'),
  })
  await expect(shop.mendkit.executions.settle('exe_none', word)).rejects.toMatchObject({ code: 'not-found' })
  await shop.clock.advance(10_000)
  expect(await shop.mendkit.executions.list()).toEqual([execution])
  await shop.stop()
})
