import { defineRule, MendkitError } from '@mendkit/core'
import { describe, expect, test } from 'vitest'
import { freshWorld, openShop, setFlag } from './support/shop.ts'

const away = () => new MendkitError('unavailable', 'the API server is restarting')

/** A tool of the host's own that is out of reach so many times, and a rule that needs what it reads. */
function needing(failures: { left: number }, error = away) {
  const tool = {
    name: 'queue.depth',
    description: 'reads the queue',
    input: setFlag(freshWorld()).params,
    read: async () => {
      failures.left -= 1
      if (failures.left >= 0) throw error()
      return { facts: [{ name: 'queue.depth', kind: 'metric' as const, value: 9 }] }
    },
  }
  const gather = async () => [{ tool: 'queue.depth', input: {} }]
  const rule = defineRule({
    id: 'queue',
    description: 'the queue is long',
    match: ({ facts }) => {
      const seen = facts.filter(({ name }) => name === 'queue.depth')
      const actions = [{ type: 'shop.set-flag', params: { on: false } }]
      if (seen.length === 0) return undefined
      return { seen: facts.filter(({ name }) => name !== 'flag.on'), cause: 'queue', summary: 'long', actions }
    },
  })
  return { rules: [rule], integrations: [{ evidence: [{ spec: 1 as const, id: 'queue', tools: [tool], gather }] }] }
}

describe('an incident that cannot be explained while evidence is out of reach', () => {
  test('is diagnosed again, and goes on once it is back', async () => {
    const shop = openShop(needing({ left: 1 }))
    await shop.fire()
    await shop.until('verifying')
    expect(await shop.incident()).toMatchObject({ diagnoses: 2 })
    expect((await shop.moves()).map(({ to }) => to)).toEqual(['diagnosing', 'deciding', 'remediating', 'verifying'])
    await shop.stop()
  })

  test('is not diagnosed again at once when more alerts join', async () => {
    const shop = openShop(needing({ left: 1 }))
    await shop.fire()
    await shop.untilTrue('it was tried', async () => (await shop.incident().catch(() => undefined))?.diagnoses === 1)
    await shop.fire(['CheckoutSlow'])
    await shop.clock.advance(10_000)
    expect(await shop.incident()).toMatchObject({ phase: 'diagnosing', diagnoses: 1 })
    await shop.stop()
  })

  test('is handed over when the budget is spent, and says so', async () => {
    const shop = openShop({ ...needing({ left: 100 }), settings: { diagnosis: { maxPerIncident: 3 } } })
    await shop.fire()
    await shop.until('handed-over')
    expect(await shop.incident()).toMatchObject({ reason: 'evidence-out-of-reach', diagnoses: 3 })
    await shop.stop()
  })

  test('is handed over at once when a reading failed for good', async () => {
    const shop = openShop(needing({ left: 100 }, () => new MendkitError('rejected', '403')))
    await shop.fire()
    await shop.until('handed-over')
    expect(await shop.incident()).toMatchObject({ reason: 'no-diagnosis', diagnoses: 1 })
    await shop.stop()
  })
})

describe('a plan whose preview is out of reach', () => {
  function flaky(fails: () => Error | undefined) {
    const world = freshWorld()
    const whole = setFlag(world)
    const preview: typeof whole.preview = async (input, ctx) => {
      const error = fails()
      if (error !== undefined) throw error
      return whole.preview(input, ctx)
    }
    return { world, action: { ...whole, preview } }
  }

  test('is tried again, also when the incident had waited in deciding for long', async () => {
    let left = 3
    const shop = openShop(flaky(() => (left-- > 0 ? away() : undefined)))
    shop.gate.at = 'deciding'
    await shop.fire()
    await shop.until('deciding')
    await shop.clock.advance(600_000)
    shop.gate.at = undefined
    await shop.until('verifying')
    await shop.stop()
  })

  test('hands the incident over once that has lasted, and says so', async () => {
    const shop = openShop({ ...flaky(away), settings: { execution: { reachMs: 30_000 } } })
    await shop.fire()
    await shop.until('deciding')
    await shop.clock.advance(20_000)
    expect(await shop.phase()).toBe('deciding')
    await shop.until('handed-over')
    expect((await shop.incident()).reason).toBe('preview-out-of-reach')
    await shop.stop()
  })

  test('right before the effect is decided anew once that has lasted', async () => {
    let previews = 0
    const shop = openShop(flaky(() => (previews++ > 0 ? away() : undefined)))
    await shop.fire()
    await shop.until('handed-over')
    expect((await shop.moves()).map(({ to }) => to)).toEqual([
      'diagnosing',
      'deciding',
      'remediating',
      'deciding',
      'handed-over',
    ])
    expect(shop.world.effects).toEqual([])
    await shop.stop()
  })

  test('for the way back calls a person once that has lasted', async () => {
    let isAway = false
    const shop = openShop(flaky(() => (isAway ? away() : undefined)))
    shop.world.health = 0.5
    shop.world.afterWrite = () => {
      shop.world.health = 0.1
    }
    await shop.fire()
    await shop.until('verifying')
    isAway = true
    await shop.until('escalated')
    expect((await shop.incident()).reason).toBe('undo-impossible')
    await shop.stop()
  })

  test('that fails for good hands over at once', async () => {
    const shop = openShop(flaky(() => new TypeError('fetch failed')))
    await shop.fire()
    await shop.until('handed-over')
    expect((await shop.incident()).reason).toBe('preview-failed')
    await shop.stop()
  })
})
