import { z } from 'zod'
import type { Permission } from '../../model/permission.ts'
import { fields, text, understand } from './understand.ts'

/** Whether credentials allow something. A wrong answer is a failure of whoever was asked. */
export function understandPermission(who: string, answer: unknown): Permission {
  return understand(who, fields({ permitted: z.boolean(), because: text }), answer)
}
