import { definePolicy } from '@mendkit/core'
import { expect, test } from 'vitest'
import { openShop } from './support/shop.ts'

/** Allows as often as it is told to, then never answers again. */
function tired(answers: number) {
  let asked = 0
  return definePolicy({
    id: 'tired',
    async decide() {
      asked += 1
      if (asked > answers) await new Promise(() => undefined)
      return { kind: 'allow', because: 'fine' }
    },
  })
}

test.each([
  ['when it is asked for a decision', 0],
  ['when it is asked again right before the effect', 1],
])('a policy that never answers denies, %s', async (_, answers) => {
  const shop = openShop({ policies: [tired(answers)], settings: { engine: { portTimeoutMs: 7_000 } } })
  await shop.fire()
  await shop.until('handed-over')
  const { id, reason } = await shop.incident()
  expect(reason).toBe('denied')
  expect(shop.world.effects).toEqual([])
  const story = await shop.mendkit.incidents.timeline(id, { format: 'markdown' })
  expect(story).toContain('`tired` denies it: policy tired failed')
  await shop.stop()
})
