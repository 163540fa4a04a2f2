import { z } from 'zod'
import type { Redacted } from '../../model/redacted.ts'
import { isName, nameSchema } from '../../redact/names.ts'

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

const maxName = 500
const isText = (text: string): boolean => text.isWellFormed() && !text.includes('\0')

/** Whether a value is what tenants, sources and clusters may be called. */
export function isBatchName(value: unknown): value is Redacted {
  return typeof value === 'string' && value.length <= maxName && isText(value) && isName(value)
}

const name = z.string().min(1).max(maxName).refine(isText, 'must be well-formed text without NUL').pipe(nameSchema)

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

/** A batch as it came in, in the right shape. */
export type BatchShape = z.output<typeof batchSchema>
