import type { Phase } from '@mendkit/core'
import { describe, expect, test } from 'vitest'
import { freshWorld, openShop, type Shop } from '../support/shop.ts'
import { alice } from './scenario.ts'

type Given = Parameters<typeof openShop>[0]

/** What leads an incident to a phase in which nothing is in flight. */
const leads: Readonly<Record<Exclude<Phase, 'remediating' | 'verifying' | 'closed'>, Given>> = {
  open: {},
  diagnosing: {},
  deciding: {},
  'awaiting-approval': { autonomy: { default: 'off', 'namespace:shop': 'approve' } },
  escalated: { autonomy: { default: 'off', 'namespace:shop': 'approve' } },
  'handed-over': { policies: [] },
  suggested: { autonomy: { default: 'off', 'namespace:shop': 'suggest' } },
  resolved: {},
}

/**
 * Opens a shop with two incidents: an old one where nothing may be done, which stays open, and a younger one that stands
 * in a phase and stays there until the gate is opened.
 */
async function oldAndYoung(phase: Phase, given: Given = {}): Promise<{ shop: Shop; old: string; young: string }> {
  const shop = openShop({ autonomy: { default: 'off', 'namespace:shop': 'auto' }, ...given })
  await shop.fire(['CheckoutBroken'], { resource: 'quiet' })
  await shop.until('open')
  const old = (await shop.incident()).id
  await shop.clock.advance(1_000)
  await shop.fire()
  const young = async () => (await shop.mendkit.incidents.list())[1]
  await shop.untilTrue('there are two incidents', async () => (await young()) !== undefined)
  if (phase === 'resolved') {
    await shop.untilTrue('it is verifying', async () => (await young())?.phase === 'verifying')
    await shop.clear()
  }
  if (phase !== 'open') shop.gate.at = phase
  await shop.untilTrue(`the young one is ${phase}`, async () => (await young())?.phase === phase)
  return { shop, old, young: (await young())?.id ?? '' }
}

/** Records the change that both incidents stem from, after the fact, and lets correlation see it. */
async function oneCause(shop: Shop): Promise<void> {
  const labels = { alertname: 'CheckoutBroken' }
  await shop.mendkit.recordChange({ kind: 'deployment', at: shop.openedAt, labels })
  await shop.clock.advance(5_000)
}

describe('an incident that turns out to belong to another one is closed', () => {
  test.each(Object.entries(leads))('%s → closed: a merge', async (phase, given) => {
    const { shop, old, young } = await oldAndYoung(phase as Phase, given)
    const effects = [...shop.world.effects]
    await oneCause(shop)
    expect(await shop.mendkit.incidents.get(young)).toMatchObject({ phase: 'closed', mergedInto: old })
    expect((await shop.moves(young)).at(-1)).toEqual({ from: phase, to: 'closed', reason: 'merged' })
    await expect(shop.mendkit.incidents.diagnose(young)).rejects.toThrow(`merged into ${old}, so act on that one`)
    shop.gate.at = undefined
    await shop.clock.advance(600_000)
    expect(shop.world.effects).toEqual(effects)
    expect(await shop.mendkit.approvals.list()).toEqual([])
    await shop.stop()
  })
})

describe('an incident with an execution in flight is not closed', () => {
  test('by a merge: it survives, although it is the younger one', async () => {
    const { shop, old, young } = await oldAndYoung('verifying')
    await oneCause(shop)
    expect(await shop.mendkit.incidents.get(young)).toMatchObject({ phase: 'verifying' })
    expect((await shop.moves(old)).at(-1)).toEqual({ from: 'open', to: 'closed', reason: 'merged' })
    await shop.stop()
  })

  test('by a person while it is verified: the log says that it was refused, and why', async () => {
    const shop = openShop()
    await shop.fire()
    await shop.until('verifying')
    await expectRefusal(shop)
    expect(await shop.phase()).toBe('verifying')
    await shop.clear()
    await shop.until('resolved')
    await shop.stop()
  })

  test('by a person while nobody knows what happened; a person who looked settles it, and then it can be', async () => {
    const world = freshWorld()
    world.afterWrite = () => {
      throw new Error('the connection was cut')
    }
    world.unreadable = true
    const shop = openShop({ world })
    await shop.fire()
    await shop.untilTrue('an outcome is unknown', async () => unknown(shop).then((found) => found.length === 1))
    expect(await shop.phase()).toBe('remediating')
    await expectRefusal(shop)
    await shop.until('escalated')
    await expectRefusal(shop)
    const [execution] = await unknown(shop)
    await shop.mendkit.executions.settle(execution?.id ?? '', { outcome: 'applied', because: 'I looked' })
    await shop.mendkit.incidents.close((await shop.incident()).id)
    await shop.until('closed')
    await shop.stop()
  })
})

function unknown(shop: Shop) {
  return shop.mendkit.executions.list({ states: ['unknown'] })
}

async function expectRefusal(shop: Shop): Promise<void> {
  const { id, phase } = await shop.incident()
  await shop.mendkit.as(alice).incidents.close(id, { because: 'enough' })
  await shop.clock.advance(500)
  expect(await shop.mendkit.incidents.get(id)).toMatchObject({ phase })
  const story = await shop.mendkit.incidents.timeline(id, { format: 'markdown' })
  expect(story).toContain('The command was refused (`execution-in-flight`)')
}
