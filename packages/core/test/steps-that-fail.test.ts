import { MendkitError } from '@mendkit/core'
import { describe, expect, test } from 'vitest'
import { unreadable } from './support/gate.ts'
import { freshWorld, openShop } from './support/shop.ts'

describe('an incident whose steps keep failing', () => {
  test('is escalated before the effect, and nothing is done', async () => {
    const shop = openShop()
    shop.gate.at = 'remediating'
    await shop.fire()
    await shop.until('remediating')
    shop.gate.symptoms = unreadable
    shop.gate.at = undefined
    await shop.until('escalated')
    shop.gate.symptoms = undefined
    expect((await shop.moves()).at(-1)).toEqual({ from: 'remediating', to: 'escalated', reason: 'step-failed' })
    await shop.untilTrue('a person was called', () => shop.notices.length > 0)
    expect(shop.notices.map(({ urgency }) => urgency)).toEqual(['page'])
    expect(shop.world.effects).toEqual([])
    const { id } = await shop.incident()
    const story = await shop.mendkit.incidents.timeline(id, { format: 'markdown' })
    expect(story).toContain('Mendkit could not go on with it')
    await shop.stop()
  })

  test('does what a person asked for meanwhile once its steps work again', async () => {
    const shop = openShop()
    shop.gate.at = 'remediating'
    await shop.fire()
    await shop.until('remediating')
    shop.gate.symptoms = unreadable
    shop.gate.at = undefined
    await shop.mendkit.incidents.close((await shop.incident()).id)
    await shop.until('escalated')
    shop.gate.symptoms = undefined
    await shop.until('closed')
    await shop.stop()
  })

  test('is escalated after the effect: what was done stays and gives its locks back, and the person can go on', async () => {
    const shop = openShop()
    await shop.fire()
    await shop.until('verifying')
    shop.gate.symptoms = unreadable
    await shop.until('escalated')
    shop.gate.symptoms = undefined
    expect((await shop.mendkit.executions.list()).map(({ state }) => state)).toEqual(['escalated'])
    await shop.clear()
    await shop.until('resolved')
    expect((await shop.incident()).reason).toBe('resolved-after-effect')
    await shop.stop()
  })

  test('keeps the locks of an execution of which nobody knows what it did', async () => {
    const world = freshWorld()
    world.unreadable = true
    const shop = openShop({ world, settings: { execution: { maxReads: 1_000 } } })
    await shop.fire()
    await shop.untilTrue('an outcome is unknown', async () => {
      return (await shop.mendkit.executions.list({ states: ['unknown'] })).length === 1
    })
    shop.gate.symptoms = unreadable
    await shop.until('escalated')
    shop.gate.symptoms = undefined
    const [execution] = await shop.mendkit.executions.list()
    expect(execution?.state).toBe('unknown')
    await shop.mendkit.executions.settle(execution?.id ?? '', { outcome: 'applied', because: 'I looked' })
    await shop.clear()
    await shop.until('resolved')
    await shop.stop()
  })

  test('stays where it is while the store is away, and goes on by itself when it is back', async () => {
    const shop = openShop()
    shop.gate.at = 'open'
    await shop.fire()
    await shop.until('open')
    shop.gate.symptoms = new MendkitError('unavailable', 'the database is restarting')
    shop.gate.at = undefined
    await shop.untilTrue('a person was called', () => shop.notices.length > 0)
    await shop.clock.advance(30_000)
    expect(shop.notices.map(({ urgency }) => urgency)).toEqual(['page'])
    expect(await shop.phase()).toBe('open')
    shop.gate.symptoms = undefined
    await shop.until('verifying')
    await shop.stop()
  })
})
