import { expect, test } from 'vitest'
import { killAmidDrain } from '../src/chaos/drain.ts'
import { untilStuck } from './support/expect-sound.ts'

test('hosts are killed in the middle of a drain: no pod is evicted twice, nothing is lost or stuck', {
  timeout: untilStuck,
}, async () => {
  const seed = 7
  const result = await killAmidDrain({ kills: 10, seed })
  expect(result, `seed ${seed}`).toMatchObject({ kills: 10, doubleEffects: [], lost: [], stuck: [], unaudited: [] })
  expect(result.phases).toEqual(['resolved'])
  expect(result.evicted).toBe(result.pods)
  expect(result.killsAmid).toBeGreaterThan(3)
})
