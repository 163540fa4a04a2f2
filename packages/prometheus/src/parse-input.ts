import { MendkitError } from '@mendkit/core'
import type { z } from 'zod'
import { issuePath } from './issue-path.ts'

/** Reads a tool's input. Throws `invalid` with the path of the first bad field. */
export function parseInput<Schema extends z.ZodType>(tool: string, schema: Schema, input: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const path = issuePath(issue?.path ?? [])
  throw new MendkitError('invalid', `input of ${tool}: \`${path}\` ${issue?.message ?? 'cannot be read'}`, { path })
}
