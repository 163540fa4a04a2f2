import { z } from 'zod'
import { MendkitError } from '../errors.ts'

/** A function, as a definition must hold it. */
export const functionSchema = z.custom<(...args: never[]) => unknown>(
  (value) => typeof value === 'function',
  'expected a function',
)

/** A name of a plug-in, such as `queue-depth` or `shop.set-flag`: it stands in logs, metrics and the audit log. */
export const idSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/, 'expected 1 to 128 letters, digits and . _ : / -, such as queue-depth')

/** A schema that speaks Standard Schema and can print itself as JSON Schema. */
export const standardSchema = z.custom<object>(
  (value) => standardOf(value)?.validate !== undefined && standardOf(value)?.jsonSchema !== undefined,
  'expected a schema with Standard Schema v1 and Standard JSON Schema, such as one of zod 4',
)

function standardOf(value: unknown): { validate?: unknown; jsonSchema?: unknown } | undefined {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || !('~standard' in value))
    return undefined
  const standard = value['~standard']
  return typeof standard === 'object' && standard !== null ? standard : undefined
}

/** The first thing that is wrong with what was given, and where: the path is empty for the whole. */
export interface Problem {
  readonly path: readonly PropertyKey[]
  readonly says: string
}

/** What is wrong first, an unknown field included, which is called `noun`. A text holds no value. */
export function firstProblem(shape: z.ZodType, given: unknown, noun: string): Problem | undefined {
  const [issue] = shape.safeParse(given).error?.issues ?? []
  if (issue === undefined) return undefined
  const [unknown] = issue.code === 'unrecognized_keys' ? issue.keys : []
  if (unknown === undefined) return { path: issue.path, says: issue.message }
  const says = `there is no such ${noun}${knownAt(shape, issue.path, noun)}`
  return { path: [...issue.path, unknown], says }
}

/**
 * Checks what a factory was given. Throws `config` that says `who` was given it, which option is wrong first, unknown ones
 * included, and what to give instead, with the option as `path`; `options` for what is no object at all. A message holds no value.
 */
export function readOptions(who: string, shape: z.ZodType, options: unknown): void {
  const problem = firstProblem(shape, options, 'option')
  if (problem === undefined) return
  const path = problem.path.join('.') || 'options'
  throw new MendkitError('config', `${who}: ${path}: ${problem.says}`, { path })
}

/** The fields that there are where an unknown one was given. */
function knownAt(shape: unknown, path: readonly PropertyKey[], noun: string): string {
  const [part, ...rest] = path
  if (shape instanceof z.ZodOptional) return knownAt(shape.unwrap(), path, noun)
  if (!(shape instanceof z.ZodObject)) return ''
  return part === undefined
    ? `; the ${noun}s are ${Object.keys(shape.shape).join(', ')}`
    : knownAt(shape.shape[String(part)], rest, noun)
}
