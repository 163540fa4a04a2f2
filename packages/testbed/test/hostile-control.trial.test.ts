import { allowUpTo } from '@mendkit/core'
import { expect, test } from 'vitest'
import { forbiddenAction } from '../src/hostile/hostile-actions.ts'
import { shifting } from '../src/hostile/hostile-citations.ts'
import { huge, tooMuch } from '../src/hostile/hostile-shapes.ts'
import { playHostile } from '../src/hostile/play.ts'
import { withoutHarmToTheProcess } from './support/no-harm.ts'

test('a policy that gives everything away lets the same answers have effects, and they are seen', async () => {
  const policies = [allowUpTo('high')]
  const { effects, violations } = await playHostile({ seed: 1, cases: 40, policies, next: forbiddenAction })
  expect(effects).toBeGreaterThan(0)
  expect(violations.some((each) => each.includes('effect by patch on Deployment shop/checkout'))).toBe(true)
})

test('with the narrow policy they have none', async () => {
  const { effects, violations } = await playHostile({ seed: 1, cases: 40, wholeEvery: 1, next: forbiddenAction })
  expect({ effects, violations }).toEqual({ effects: 0, violations: [] })
})

test.each([
  ['longer than a megabyte', huge],
  ['more than anybody could visit', tooMuch],
  ['something else whenever it is read', shifting],
])('an answer that is %s goes through a whole engine without harm', async (_, next) => {
  await withoutHarmToTheProcess(async () => {
    const { violations, whole } = await playHostile({ seed: 7, cases: 24, wholeEvery: 1, next })
    expect(violations).toEqual([])
    expect(whole).toBe(24)
  })
})
