import { definePolicy } from '@mendkit/core'
import { describe, expect, test } from 'vitest'
import { freshWorld, openShop } from '../support/shop.ts'
import { goesOn, standing } from './scenario.ts'

describe('an arrow with a second meaning is taken for that one too', () => {
  test.each(['escalated', 'handed-over', 'suggested'] as const)('%s → diagnosing: the facts changed', async (from) => {
    const shop = await standing(from)
    await shop.fire(['CheckoutSlow'])
    const { id } = await goesOn(shop, from, 'diagnosing')
    expect((await shop.moves(id)).filter((move) => move.from === from)[0]).toEqual({ from, to: 'diagnosing' })
    await shop.stop()
  })

  test('deciding → handed-over: the plan was void too often', async () => {
    const world = freshWorld()
    let remade = 0
    const shop = openShop({
      world,
      settings: { execution: { maxVoids: 2 } },
      // The object is made anew whenever somebody has decided about it.
      policies: [
        definePolicy({
          id: 'restless',
          decide: () => {
            remade += 1
            world.flag = { ...world.flag, uid: `remade-${remade}`, version: world.flag.version + 1 }
            return { kind: 'allow', because: 'fine' }
          },
        }),
      ],
    })
    await shop.fire()
    await shop.until('handed-over')
    const moves = await shop.moves()
    expect(moves.filter(({ from, to }) => from === 'remediating' && to === 'deciding')).toHaveLength(2)
    expect(moves.at(-1)).toEqual({ from: 'deciding', to: 'handed-over', reason: 'void-too-often' })
    expect(world.effects).toEqual([])
    await shop.stop()
  })

  test('remediating → escalated: the outcome stays unknown', async () => {
    const world = freshWorld()
    world.unreadable = true
    const shop = openShop({ world })
    await shop.fire()
    await shop.until('escalated')
    expect((await shop.moves()).at(-1)).toEqual({ from: 'remediating', to: 'escalated', reason: 'outcome-unknown' })
    await shop.untilTrue('a person was called', () => shop.notices.some(({ urgency }) => urgency === 'page'))
    expect(world.effects).toHaveLength(1)
    await shop.stop()
  })

  test('verifying → escalated: what was done is undone, by way of remediating', async () => {
    const world = freshWorld()
    world.health = 0.5
    world.afterWrite = () => {
      world.health = 0.1
    }
    const shop = await standing('verifying', { world })
    await shop.fire()
    await goesOn(shop, 'verifying', 'remediating')
    await shop.until('escalated')
    expect((await shop.moves()).at(-1)).toEqual({ from: 'remediating', to: 'escalated', reason: 'undone' })
    await shop.stop()
  })
})
