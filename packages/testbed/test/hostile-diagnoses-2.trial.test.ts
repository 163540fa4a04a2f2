import { test } from 'vitest'
import { assertNoHarm, untilHanging } from './support/no-harm.ts'

test(
  'whatever an analyzer answers, nothing happens outside policy: 50,000 answers of seed 2',
  async () => {
    await assertNoHarm(2, 50_000)
  },
  untilHanging,
)
