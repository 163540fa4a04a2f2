import { test } from 'vitest'
import { assertNoHarm, untilHanging } from './support/no-harm.ts'

test(
  'whatever an analyzer answers, nothing happens outside policy: 50,000 answers of seed 1',
  async () => {
    await assertNoHarm(1, 50_000)
  },
  untilHanging,
)
