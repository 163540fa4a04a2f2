import { z } from 'zod'
import { once } from '../../once.ts'
import type { CheckResult } from '../../ports/check.ts'
import { fields, name, text, understand } from './understand.ts'

const schema = once<z.ZodType<CheckResult>>(() =>
  fields({
    verdict: z.enum(['good', 'bad', 'unknown']),
    because: text,
    measure: fields({ name, value: z.number(), better: z.enum(['higher', 'lower']) }).exactOptional(),
  }),
)
const appliesSchema = once(() => z.boolean())

/** Whether a check has something to say. A wrong answer is a check that failed, and so counts as unknown. */
export function understandApplies(who: string, answer: unknown): boolean {
  return understand(who, appliesSchema(), answer)
}

/** What a check says. A wrong answer is a check that failed, and so counts as unknown. */
export function understandCheckResult(who: string, answer: unknown): CheckResult {
  return understand(who, schema(), answer)
}
