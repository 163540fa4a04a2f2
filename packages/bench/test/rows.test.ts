import { expect, test } from 'vitest'
import { shareRow, statedRow, told } from '../src/row.ts'
import { idleHour } from '../src/suites/idle-hour.ts'
import { loopRows } from '../src/suites/loop-rows.ts'

const round = (...times: number[]) => times.map((ms) => ({ ms, commits: ms / 10 }))

test('each number of the loop is the median over rounds of what a round came to, with its own extremes', () => {
  const rows = loopRows([
    round(10, 20, 30),
    round(20, 30, 100),
    round(10, 10, 1_000),
    round(30, 40, 50),
    round(50, 60, 70),
  ])
  expect(rows).toMatchObject([
    { name: 'loop p50, alert to verified fix', value: 30, min: 10, max: 60, rounds: 5, met: true },
    { name: 'loop p99', min: expect.closeTo(29.8), max: expect.closeTo(980.2), rounds: 5, met: null },
    { name: 'commits per loop', value: 3, min: 1, max: 6, rounds: 5 },
  ])
  expect(rows[1]?.value).toBeCloseTo(69.8)
})

test('one round is told as one round', () => {
  expect(loopRows([round(10, 20, 30)]).map((row) => row.rounds)).toEqual([1, 1, 1])
})

test('a share is the median of what each round came to, not that of a fast round over a slow one', () => {
  const row = shareRow('a', 'entries/s', [10, 100, 30], { name: 'b', values: [10, 200, 100] }, 0.5)
  expect(row).toMatchObject({ value: 30, ratio: 0.5, met: true, yardstick: { name: 'b', value: 100 } })
  expect(shareRow('a', 'entries/s', [10], { name: 'b', values: [100] }, 0.5)).toMatchObject({ ratio: 0.1, met: false })
  const alone = shareRow('a', 'entries/s', [], { name: 'b', absent: 'no server' }, 0.5)
  expect(alone).toMatchObject({ ratio: null, met: null, yardstick: { absent: 'no server' } })
})

test('a smoke run meets no goal and misses none', () => {
  const rows = [1, 100].map((value) => statedRow('a', 'ms', [value], { atMost: 50 }))
  expect(rows.map((row) => told(row, { rounds: 1, smoke: true }).met)).toEqual([null, null])
  expect(rows.map((row) => told(row, { rounds: 5, smoke: false }).met)).toEqual([true, false])
})

test("the README's host asks the API server for its rights at the start, and nothing while it is idle", async () => {
  const { start, perHour } = await idleHour(1 / 60)
  expect(start).toBeGreaterThan(0)
  expect(perHour).toBe(0)
})
