import { expect, test } from 'vitest'
import { wilsonLowerBound } from '../src/engine/earn/wilson.ts'

test.each([
  // Computed apart from the code, with the quantile 1.959964 of the normal distribution.
  [0, 10, 0],
  [1, 10, 0.0179],
  [5, 10, 0.2366],
  [8, 10, 0.4902],
  [9, 10, 0.5958],
  [10, 10, 0.7225],
  [3, 3, 0.4385],
  [19, 20, 0.7639],
  [20, 20, 0.8389],
  [34, 34, 0.8985],
  [35, 35, 0.9011],
  [81, 263, 0.2553],
  [950, 1_000, 0.9347],
])('%i of %i have the lower bound %f', (successes, outcomes, bound) => {
  expect(wilsonLowerBound(successes, outcomes)).toBeCloseTo(bound, 4)
})

test('the bound lies between 0 and the share, rises with every success, and with every outcome where none is bad', () => {
  expect(wilsonLowerBound(0, 0)).toBe(0)
  for (let outcomes = 1; outcomes <= 120; outcomes += 1) {
    let last = -1
    for (let successes = 0; successes <= outcomes; successes += 1) {
      const bound = wilsonLowerBound(successes, outcomes)
      expect(bound).toBeGreaterThanOrEqual(0)
      expect(bound).toBeLessThanOrEqual(successes / outcomes)
      expect(bound).toBeGreaterThan(last)
      last = bound
      if (successes > 0) expect(wilsonLowerBound(successes, outcomes + 1)).toBeLessThan(bound)
    }
    expect(wilsonLowerBound(outcomes + 1, outcomes + 1)).toBeGreaterThan(wilsonLowerBound(outcomes, outcomes))
  }
})

test('the bound solves the equation of the score test', () => {
  const z = 1.959963984540054
  for (const [successes, outcomes] of [
    [7, 9],
    [40, 41],
    [3, 88],
  ] as const) {
    const bound = wilsonLowerBound(successes, outcomes)
    const score = (successes / outcomes - bound) / Math.sqrt((bound * (1 - bound)) / outcomes)
    expect(score).toBeCloseTo(z, 9)
  }
})
