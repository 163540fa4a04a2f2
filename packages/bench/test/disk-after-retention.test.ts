import { expect, test } from 'vitest'
import { diskAfterRetention } from '../src/record/disk-after-retention.ts'

test('what alerts take on disk only ever becomes less with age', async () => {
  const values: number[] = []
  for await (const row of diskAfterRetention({ rounds: 1, smoke: true })) values.push(row.value)
  expect(values).toHaveLength(5)
  expect(values).toEqual(values.toSorted((left, right) => right - left))
  expect(values.at(-1)).toBeLessThan(values[0] ?? 0)
}, 60_000)
