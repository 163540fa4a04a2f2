import { z } from 'zod'
import { fields, text, understand } from './understand.ts'

/** Whether a remediator has credentials to act. A wrong answer stops the start. */
export function understandCanAct(
  who: string,
  answer: unknown,
): { readonly permitted: boolean; readonly because: string } {
  return understand(who, fields({ permitted: z.boolean(), because: text }), answer)
}
