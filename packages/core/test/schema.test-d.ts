import type { Schema } from '@mendkit/core'
import { expectTypeOf, test } from 'vitest'
import { z } from 'zod'

test('a zod 4 schema is a Schema of its output', () => {
  const params = z.object({ flag: z.string(), on: z.boolean().default(true) })
  expectTypeOf(params).toExtend<Schema<{ flag: string; on: boolean }>>()
})
