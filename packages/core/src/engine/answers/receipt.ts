import { z } from 'zod'
import { once } from '../../once.ts'
import type { NoticeReceipt } from '../../ports/notifier.ts'
import { isName, nameRule } from '../../redact/names.ts'
import { fields, understand } from './understand.ts'

const maxThread = 512

const schema = once<z.ZodType<NoticeReceipt | undefined>>(() => {
  const thread = z
    .string()
    .max(maxThread, `must be of at most ${maxThread} characters`)
    .refine((value) => isName(value), nameRule)
  return fields({ thread: thread.exactOptional() }).optional()
})

/** What a notifier answered about a notice that it took. A wrong answer counts for nothing, and the notice is taken. */
export function understandReceipt(who: string, answer: unknown): NoticeReceipt {
  return understand(who, schema(), answer) ?? {}
}
