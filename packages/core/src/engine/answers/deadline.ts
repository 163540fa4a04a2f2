import { z } from 'zod'
import { longestMs, understand } from './understand.ts'

/** How long an integration's alerts take to clear, ms. A wrong answer counts for nothing. */
export function understandDeadline(who: string, answer: unknown): number | undefined {
  return understand(who, z.number().nonnegative().max(longestMs).optional(), answer)
}
