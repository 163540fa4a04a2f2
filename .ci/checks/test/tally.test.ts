import { describe, expect, test } from 'vitest'
import { failureLines, lastLine, settled, skipLines, type Tally, total } from '../../lib/tally.ts'

const green: Tally = { passed: 3, failed: [], skipped: [], errors: [] }
const broken = { test: 'a.test.ts: waits', messages: ['expected 1\n  to be 2'] }

describe('a run of tests', () => {
  test('is counted over all runs', () => {
    expect(lastLine(total([green, { ...green, passed: 2, failed: [broken] }]))).toBe('5 passed, 1 failed')
  })

  test('counts a failure that belongs to no test', () => {
    expect(lastLine({ ...green, errors: ['a hook threw'] })).toBe('3 passed, 1 failed')
  })

  test('that leaves no report has failed', () => {
    expect(lastLine(settled('unit', undefined, 0))).toBe('0 passed, 1 failed')
  })

  test('whose runner says that it failed has failed', () => {
    expect(lastLine(settled('unit', green, 1))).toBe('3 passed, 1 failed')
  })

  test('of nothing has failed', () => {
    expect(lastLine(settled('unit', { ...green, passed: 0 }, 0))).toBe('0 passed, 1 failed')
    expect(settled('unit', { ...green, passed: 0 }, 1).errors).toEqual(['unit: no test ran'])
  })

  test('that failed in a test is not counted twice', () => {
    expect(lastLine(settled('unit', { ...green, failed: [broken] }, 1))).toBe('3 passed, 1 failed')
  })

  test('in which a test was skipped without a reason has failed', () => {
    const skipped = [{ test: 'a' }, { test: 'b', reason: 'no data' }]
    const tally = settled('unit', { ...green, skipped }, 0)
    expect(tally.errors).toEqual(['a: skipped without a reason'])
    expect(lastLine(tally)).toBe('3 passed, 1 failed')
  })

  test('says once why tests were skipped', () => {
    const skipped = [
      { test: 'a', reason: 'no data' },
      { test: 'b', reason: 'no server' },
      { test: 'c', reason: 'no server' },
    ]
    expect(skipLines(skipped)).toEqual(['skipped 2: no server (b, …)', 'skipped 1: no data (a)'])
  })
  test('tells each failure on one line of bounded length', () => {
    const tally = { ...green, failed: [broken, { test: 'b', messages: ['x'.repeat(5000)] }], errors: ['a hook\nthrew'] }
    const [first, second, third] = failureLines(tally)
    expect(first).toBe('failed: a.test.ts: waits: expected 1 to be 2')
    expect(second).toMatch(/^failed: b: x{1000} …$/)
    expect(third).toBe('failed outside a test: a hook threw')
  })
})
