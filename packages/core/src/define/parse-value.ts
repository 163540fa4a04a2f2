import { MendkitError } from '../errors.ts'
import type { Schema, SchemaIssue } from '../ports/schema.ts'
import { message } from '../redact/message.ts'

/**
 * The value as its schema understands it. Throws `invalid` with the path of the first refused field, which begins with
 * `root`; `unsupported` for a schema that answers later, because targets and lock keys are told at once.
 */
export function parseValue<Value>(who: string, root: string, schema: Schema<Value>, value: unknown): Value {
  const result = schema['~standard'].validate(value)
  if (result instanceof Promise) {
    throw new MendkitError(
      'unsupported',
      `${who}: the schema of ${root} answers later; use one without asynchronous refinements`,
    )
  }
  if (result.issues === undefined) return result.value
  const [issue] = result.issues
  const path = [root, ...pathOf(issue)].join('.')
  throw new MendkitError('invalid', message`${who}: ${path}: ${issue?.message ?? 'refused by its schema'}`, { path })
}

function pathOf(issue: SchemaIssue | undefined): readonly string[] {
  return (issue?.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part))
}
