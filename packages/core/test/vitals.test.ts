import { virtualClock } from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { createVitals } from '../src/engine/work/vitals.ts'

test('a thousand streaks of failures are kept; the one that failed longest ago makes room', async () => {
  const clock = virtualClock()
  const vitals = createVitals(clock, 1_000)
  vitals.begin()
  vitals.failed('incident', 'inc_first')
  for (let index = 0; index < 998; index += 1) vitals.failed('incident', `inc_${index}`)
  // It fails once more, so that another is the one that failed longest ago.
  expect(vitals.failed('incident', 'inc_first')).toBe(2)
  vitals.failed('incident', 'inc_998')
  vitals.failed('incident', 'inc_one-too-many')
  const names = vitals.read().streaks.map(({ name }) => name)
  expect(names).toHaveLength(1_000)
  expect(names).toEqual(expect.arrayContaining(['inc_first', 'inc_1', 'inc_one-too-many']))
  expect(names).not.toContain('inc_0')
  expect(vitals.failed('incident', 'inc_0')).toBe(1)
})
