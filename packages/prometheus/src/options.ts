import type { Logger } from '@mendkit/core'
import { z } from 'zod'
import { addressProblem, headerProblem } from './connection.ts'

/** Longest time that a timer of the platform can take, 24 days. */
const longestMs = 2_147_483_647

/** A text that must not be empty; `what` says what to give. */
export const text = (what: string) =>
  z.string({ error: `must be a text: ${what}` }).min(1, `must not be empty: ${what}`)

/** A time in milliseconds. */
export const milliseconds = (least: number) => {
  const error = `must be a number of milliseconds from ${least} to ${longestMs}, such as 30_000`
  return z.number({ error }).min(least, error).max(longestMs, error)
}

/** A number of at least 1. */
export const atLeastOne = z.number({ error: 'must be a number of at least 1' }).min(1, 'must be a number of at least 1')

/** Names that the engine keeps alerts under. */
export const names = {
  cluster: text('the name that alerts without a `cluster` label belong to').optional(),
  tenant: text('the tenant that the alerts belong to').optional(),
}

const url = z.string({ error: 'must be an address such as http://host:9090' }).superRefine((address, ctx) => {
  const message = addressProblem(address)
  if (message !== undefined) ctx.addIssue({ code: 'custom', message })
})

const headers = z
  .record(z.string(), z.string({ error: 'must be a text' }), { error: 'must be an object of texts' })
  .superRefine((given, ctx) => {
    for (const [name, value] of Object.entries(given)) {
      const message = headerProblem(name, value)
      if (message !== undefined) ctx.addIssue({ code: 'custom', message, path: [name] })
    }
  })

const isFunction = (value: unknown) => typeof value === 'function'

/** The fields of `ConnectionOptions`. */
export const connectionShape = {
  url,
  headers: headers.optional(),
  fetch: z.custom(isFunction, 'must be a function like globalThis.fetch').optional(),
  timeoutMs: milliseconds(1).optional(),
  maxBytes: atLeastOne.optional(),
}

const isLogger = (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  ['debug', 'info', 'warn', 'error'].every((level) => level in value && isFunction(Reflect.get(value, level)))

/** A `Logger`. */
export const logger = z.custom<Logger>(isLogger, 'must have the methods debug, info, warn and error')

/** Options that must be an object with these fields and no others. */
export const options = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, { error: 'must be an object of options' })
