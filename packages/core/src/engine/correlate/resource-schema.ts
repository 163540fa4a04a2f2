import { z } from 'zod'
import type { Resource } from '../../model/resource.ts'
import { redactResource } from '../../redact/redact-resource.ts'

const part = z
  .string()
  .min(1)
  .max(1_000)
  .refine((text) => text.isWellFormed() && !text.includes('\0'), 'must be well-formed text without NUL')

const resourceSchema = z.object({
  cluster: part,
  apiVersion: part,
  kind: part,
  namespace: part.optional(),
  name: part,
  uid: part.optional(),
})

/**
 * A resource that a mapping or topology answered, redacted and without anything else that it carries; undefined when it is
 * none.
 */
export function checkedResource(value: unknown): Resource | undefined {
  const parsed = resourceSchema.safeParse(value)
  if (!parsed.success) return undefined
  const { namespace, uid, ...resource } = parsed.data
  return redactResource({
    ...resource,
    ...(namespace !== undefined && { namespace }),
    ...(uid !== undefined && { uid }),
  })
}
