import type { z } from 'zod'
import { firstProblem } from '../../define/read-options.ts'
import { MendkitError } from '../../errors.ts'
import { message } from '../../redact/message.ts'
import { redact } from '../../redact/redact.ts'

/**
 * Checks an argument of a public method. Throws `invalid` with the path of what is wrong first, unknown fields included:
 * the argument's name, with the field behind it.
 */
export function parseArgument<Output>(name: string, shape: z.ZodType<Output>, given: unknown): Output {
  return parse(shape, given, (path) => [name, ...path].join('.'))
}

/** The same for a query or for options, whose fields stand for themselves; what is none at all is called `name`. */
export function parseFields<Output>(name: string, shape: z.ZodType<Output>, given: unknown): Output {
  return parse(shape, given, (path) => path.join('.') || name)
}

function parse<Output>(
  shape: z.ZodType<Output>,
  given: unknown,
  named: (path: readonly PropertyKey[]) => string,
): Output {
  const parsed = shape.safeParse(given)
  if (parsed.success) return parsed.data
  const problem = firstProblem(shape, given, 'field')
  const path = named((problem?.path ?? []).map(String))
  throw new MendkitError('invalid', message`${path}: ${problem?.says ?? 'is not valid'}`, { path: redact(path) })
}
