import { z } from 'zod'
import { MendkitError } from '../../errors.ts'
import type { Json, JsonObject } from '../../model/json.ts'
import { issuePath } from '../../stored/issue-path.ts'
import { takeJson } from './take-json.ts'

/** Longer times are refused, as in the settings: a date must be able to hold what they lead to. */
export const longestMs = 366 * 86_400_000

/** Text that every store keeps. */
export const text = z.string().refine((value) => value.isWellFormed(), 'must be well-formed text')

/** Text that says something. */
export const name = text.refine((value) => value !== '', 'must not be empty')

/** Any JSON that every store keeps, as a copy. */
export const json = z.custom<unknown>().transform(taken)

/** A JSON object that every store keeps, as a copy. */
export const jsonObject = z
  .custom<JsonObject>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'must be an object',
  )
  .transform((value, check) => taken(value, check) as JsonObject)

function taken(value: unknown, check: z.RefinementCtx): Json {
  const answer = takeJson(value)
  if ('json' in answer) return answer.json
  check.addIssue({ code: 'custom', message: answer.because })
  return z.NEVER
}

/** A non-negative whole number. */
export const count = z.int().nonnegative()

/** An object with these fields. Others are left out, and one that is undefined counts as absent. */
export function fields<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.preprocess(withoutUndefined, z.object(shape))
}

/**
 * What a plug-in answered, in the shape that its port promises. Throws `bad-response` with the path of the first wrong
 * field: whoever asked treats it like any other failure of that plug-in.
 */
export function understand<Value>(who: string, schema: z.ZodType<Value>, answer: unknown): Value {
  const parsed = schema.safeParse(answer)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const path = issuePath(issue?.path ?? [])
  const problem = issue?.message ?? 'is not valid'
  throw new MendkitError(
    'bad-response',
    `${who} gave a wrong answer: ${path === '' ? problem : `${path}: ${problem}`}`,
    {
      path,
    },
  )
}

function withoutUndefined(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const copy: Record<string, unknown> = {}
  for (const [key, field] of Object.entries(value)) {
    // No port promises a field of this name, and here it would be a prototype.
    if (field !== undefined && key !== '__proto__') copy[key] = field
  }
  return copy
}
