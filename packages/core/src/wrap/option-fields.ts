import { z } from 'zod'
import { functionSchema, readOptions } from '../define/read-options.ts'
import { once } from '../once.ts'

/** A number of milliseconds above zero, a year at most. */
export const msOption = z
  .number()
  .positive()
  .max(366 * 86_400_000)

/** A clock of the host. */
export const clockOption = z.looseObject({ now: functionSchema, monotonic: functionSchema, sleep: functionSchema })

/** Chance of the host. */
export const randomOption = z.looseObject({ number: functionSchema })

/** A language model. */
export const modelOption = z.looseObject({
  spec: z.literal(1),
  id: z.string().min(1),
  provider: z.string().min(1),
  model: z.string().min(1),
  capabilities: z.looseObject({ tools: z.boolean(), structuredOutput: z.boolean() }),
  generate: functionSchema,
})

const around = once(() => z.strictObject({ model: modelOption }))

/** Throws `config` when what is to be wrapped is no model. */
export function checkModel(who: string, model: unknown): void {
  readOptions(who, around(), { model })
}
