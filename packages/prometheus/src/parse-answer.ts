import { MendkitError } from '@mendkit/core'
import type { z } from 'zod'
import { issuePath } from './issue-path.ts'

/** Reads an answer by its schema. Throws `bad-response` with the path of the first bad field. */
export function parseAnswer<Schema extends z.ZodType>(who: string, schema: Schema, body: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const path = issuePath(parsed.error.issues[0]?.path ?? [])
  const because = `${who} answered with something unexpected at \`${path}\`: check that \`url\` leads to its API`
  throw new MendkitError('bad-response', because, { path })
}
