import { z } from 'zod'
import { nameSchema } from '../../redact/names.ts'

const texts = z.record(z.string(), z.string())

/** The shape of one alert of a batch; fields that it does not name are left out. */
export const alertSchema = z.object({
  labels: texts,
  annotations: texts.optional(),
  status: z.enum(['firing', 'suppressed', 'resolved']).optional(),
  startsAt: z.string().optional(),
  endsAt: z.string().optional(),
  generatorUrl: z.string().optional(),
})

/** An alert as it came in, in the right shape. */
export type AlertShape = z.output<typeof alertSchema>

const name = z
  .string()
  .min(1)
  .max(500)
  .refine((text) => text.isWellFormed() && !text.includes('\0'), 'must be well-formed text without NUL')
  .pipe(nameSchema)

/** A copy of a list, at none of the cost per item that a schema of an array has for items that it does not look at. */
const listOfAnything = z
  .custom<readonly unknown[]>((value) => Array.isArray(value), 'must be a list')
  .transform((list) => list.slice())

/** The shape of a batch without its alerts, each of which is judged on its own. */
export const batchSchema = z.object({
  tenant: name,
  source: name,
  cluster: name.optional(),
  complete: z.boolean(),
  asOf: z.string(),
  delivery: z.enum(['read', 'pushed']).default('read'),
  alerts: listOfAnything,
  unreadable: z.number().int().min(0).default(0),
})
