import { allowUpTo } from '@mendkit/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { forbiddenAction } from '../src/hostile/hostile-actions.ts'
import { playHostile } from '../src/hostile/play.ts'

/** Times two, as two threads play them. */
const cases = 50_000
const untilBusyMachine = 600_000

const lost: unknown[] = []
const keep = (reason: unknown) => void lost.push(reason)
const prototypes = () =>
  [Object, Array, Function, String, Promise, Map].map(({ prototype }) => Reflect.ownKeys(prototype).map(String))
let before: ReturnType<typeof prototypes>

beforeEach(() => {
  lost.length = 0
  before = prototypes()
  process.on('unhandledRejection', keep)
})

afterEach(() => {
  process.off('unhandledRejection', keep)
  expect(lost).toEqual([])
  expect(prototypes()).toEqual(before)
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})

describe('whatever an analyzer answers', () => {
  test(`nothing happens outside policy, in ${cases} cases, and every refusal says why`, { timeout: untilBusyMachine }, async () => {
    const report = await playHostile({ seed: 1, cases })
    expect(report.violations).toEqual([])
    expect(report.cases).toBe(cases)
    expect(report.kinds.size).toBeGreaterThanOrEqual(20)
    // The good answers among them were acted on, or nothing of this would show anything.
    expect(report.effects).toBeGreaterThan(0)
    expect(report.whole).toBeGreaterThanOrEqual(cases / 100)
  })

  test('a policy that gives everything away lets the same answers have effects, and they are seen', async () => {
    const { effects, violations } = await playHostile({
      seed: 1,
      cases: 40,
      policies: [allowUpTo('high')],
      next: forbiddenAction,
    })
    expect(effects).toBeGreaterThan(0)
    expect(violations.some((violation) => violation.includes('effect by patch on Deployment shop/checkout'))).toBe(true)
  })
})
