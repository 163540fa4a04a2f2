import { z } from 'zod'
import { MendkitError } from '../../errors.ts'

/** What a policy says when its limit is passed. */
export const otherwise = z.enum(['ask', 'deny']).default('ask')
/** How much is at stake. */
export const risk = z.enum(['low', 'medium', 'high'])
/** A length of time, in milliseconds. */
export const ms = z
  .int()
  .min(1)
  .max(366 * 86_400_000)
/** A name of an object, a label or a person. */
export const word = z.string().min(1).max(500)
/** Several names, one at least. */
export const words = z.array(word).min(1)

/** Checks what a policy was given. Throws `config` that says whose it is, with the path of the first wrong option. */
export function readPolicy<Value>(who: string, schema: z.ZodType<Value>, given: object): Value {
  const parsed = schema.safeParse(withoutUndefined(given))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const extra = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const path = [...(issue?.path ?? []), ...extra].join('.') || 'options'
  throw new MendkitError('config', `${who}: ${path}: ${issue?.message ?? 'is not valid'}`, { path })
}

/** An option that is undefined is one that was not given. */
function withoutUndefined(given: object): object {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}
