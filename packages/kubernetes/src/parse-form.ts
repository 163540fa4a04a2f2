import { MendkitError } from '@mendkit/core'
import type { z } from 'zod'
import type { KubernetesObject } from './kubernetes-client.ts'

/** An object's fields. Throws `bad-response` that names the object and the field. */
export function parseForm<Schema extends z.ZodType>(schema: Schema, object: KubernetesObject): z.output<Schema> {
  const parsed = schema.safeParse(object)
  if (parsed.success) return parsed.data
  const where = parsed.error.issues[0]?.path.join('.')
  throw new MendkitError('bad-response', `${object.kind} ${object.metadata.name} has an unexpected form at ${where}`)
}
