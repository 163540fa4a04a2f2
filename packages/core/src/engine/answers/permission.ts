import { z } from 'zod'
import type { Permission } from '../../model/permission.ts'
import { once } from '../../once.ts'
import { fields, text, understand } from './understand.ts'

const schema = once<z.ZodType<Permission>>(() => fields({ permitted: z.boolean(), because: text }))

/** Whether credentials allow something. A wrong answer is a failure of whoever was asked. */
export function understandPermission(who: string, answer: unknown): Permission {
  return understand(who, schema(), answer)
}
