import { getEventListeners } from 'node:events'
import { MendkitError, silentLogger } from '@mendkit/core'
import { simulatedStore, virtualClock } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import type { Parts } from '../src/engine/parts.ts'
import { underLease } from '../src/engine/work/lease.ts'
import { freshWorld, openShop, setFlag } from './support/shop.ts'

/** A store that renews no lease. */
function unrenewed(how: 'lost' | 'unreachable') {
  const renew = async () => {
    if (how === 'unreachable') throw new MendkitError('unavailable', 'the store is away')
    return false
  }
  return { ...simulatedStore(), renew }
}

describe('a step', () => {
  test.each([
    ['lost', 1_000],
    ['unreachable', 3_000],
  ] as const)('is stopped when its lease is %s, %i ms after the claim', async (how, after) => {
    const signals: AbortSignal[] = []
    const read = async (_: unknown, { signal }: { readonly signal: AbortSignal }) => {
      signals.push(signal)
      return new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
      })
    }
    const tool = { name: 'slow.read', description: '', input: setFlag(freshWorld()).params, read }
    const gather = async () => [{ tool: 'slow.read', input: {} }]
    const shop = openShop({
      store: unrenewed(how),
      settings: { engine: { leaseMs: 3_000, leaseMarginMs: 0 } },
      integrations: [{ evidence: [{ spec: 1, id: 'slow', tools: [tool], gather }] }],
    })
    await shop.fire()
    await shop.untilTrue('it reads', () => signals.length > 0)
    const [signal] = signals
    await shop.clock.advance(after - 500)
    expect(signal?.aborted).toBe(false)
    await shop.clock.advance(500)
    expect(signal?.aborted).toBe(true)
    expect(signal?.reason).toMatchObject({ code: 'conflict' })
    await shop.stop()
  })

  test('begins no effect when too little is left of its lease, and makes it under the next one', async () => {
    const world = freshWorld()
    let isSlow = true
    const shop = openShop({
      world,
      store: unrenewed('unreachable'),
      settings: { engine: { leaseMs: 20_000, leaseMarginMs: 9_000 } },
      checks: [
        {
          spec: 1,
          id: 'slow',
          kind: 'health',
          applies: () => true,
          async check() {
            if (isSlow) await shop.clock.sleep(12_000, new AbortController().signal)
            isSlow = false
            return { verdict: 'good', because: 'fine' }
          },
        },
      ],
    })
    await shop.fire()
    await shop.untilTrue('it was put off', async () => (await shop.mendkit.executions.list()).length > 0)
    await shop.untilTrue('the slow check has answered', () => !isSlow)
    await shop.clock.advance(1_000)
    expect(world.effects).toEqual([])
    await shop.until('verifying')
    expect(world.effects).toHaveLength(1)
    expect(await shop.mendkit.executions.list()).toMatchObject([{ state: 'observed', sends: 2 }])
    expect(world.fences).toBe(0)
    await shop.stop()
  })
})

describe('work under a lease', () => {
  const claim = { tenant: 'default', incidentId: 'inc-1', epoch: 1 } as const

  function partsOf() {
    const parts: Pick<Parts, 'clock' | 'store' | 'log'> & { settings: { engine: { leaseMs: number } } } = {
      clock: virtualClock(),
      store: simulatedStore(),
      log: silentLogger,
      settings: { engine: { leaseMs: 3_000 } },
    }
    return parts as unknown as Parts
  }

  test.each(['before it begins', 'while it goes on'])(
    'is given up with its caller, for the same reason: %s',
    async (when) => {
      const caller = new AbortController()
      const reason = new MendkitError('unavailable', 'this Mendkit was closed')
      if (when === 'before it begins') caller.abort(reason)
      const ended = Promise.withResolvers<string>()
      const seen: AbortSignal[] = []
      const ctx = { signal: caller.signal, log: silentLogger }
      const work = underLease(partsOf(), claim as never, 0, ctx, async (_, { signal }) => {
        seen.push(signal)
        return ended.promise
      })
      caller.abort(reason)
      const [signal] = seen
      expect(signal?.aborted).toBe(true)
      expect(signal?.reason).toBe(reason)
      ended.resolve('done')
      await work
    },
  )

  test('leaves nothing listening to its caller once it is done', async () => {
    const { signal } = new AbortController()
    await underLease(partsOf(), claim as never, 0, { signal, log: silentLogger }, async () => 'done')
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })
})
