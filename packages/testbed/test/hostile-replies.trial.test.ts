import { expect, test } from 'vitest'
import { hostileModelCase } from '../src/hostile/hostile-model.ts'
import { playHostile } from '../src/hostile/play.ts'
import { untilHanging, withoutHarmToTheProcess } from './support/no-harm.ts'

test(
  'whatever a model replies, nothing happens outside policy: 300 diagnoses of seed 1',
  async () => {
    await withoutHarmToTheProcess(async () => {
      const report = await playHostile({ seed: 1, cases: 300, wholeEvery: 50, next: hostileModelCase })
      expect(report.violations).toEqual([])
      expect(report.cases).toBe(300)
      // The good answers among them were acted on, or nothing of this would show anything.
      expect(report.effects).toBeGreaterThan(0)
    })
  },
  untilHanging,
)
