import { expect, test } from 'vitest'
import { chaos } from '../src/chaos/chaos.ts'
import { simulatedWorld } from '../src/chaos/world/simulated-world.ts'

const seed = 4
const timeout = 300_000
const few = { world: simulatedWorld, seed, lanes: 1 }

test('requests that arrive when their sender is long dead change nothing any more', { timeout }, async () => {
  const result = await chaos({ ...few, kills: 4, points: ['call in transit'] })
  expect(result, `seed ${seed}`).toMatchObject({ kills: 4, doubleEffects: [], lost: [], stuck: [], unaudited: [] })
  expect(result.phases['resolved']).toBeGreaterThan(0)
})

test('the judge finds the second effect of a host whose requests demand nothing of their target', {
  timeout,
}, async () => {
  const orders = { points: ['call in transit'], planted: 'unguarded', quietWithinMs: 5_000 } as const
  const result = await chaos({ ...few, kills: 4, ...orders })
  expect(result.doubleEffects, `seed ${seed}`).not.toEqual([])
})

test('the judge finds the alert that a host thanked for before it was durable', { timeout }, async () => {
  const result = await chaos({
    ...few,
    kills: 1,
    points: ['before commit of alerts-received'],
    planted: 'answers-early',
    quietWithinMs: 3_000,
  })
  expect(result.lost.length, `seed ${seed}`).toBeGreaterThan(0)
  const services = result.stuck.map((stuck) => stuck.replace(/ is firing$/, ''))
  expect(result.lost).toEqual(services.map((name) => `the alert of ${name} was taken, and has no incident`))
})
