import { z } from 'zod'
import { once } from '../../once.ts'
import { longestMs, understand } from './understand.ts'

const schema = once(() => z.number().nonnegative().max(longestMs).optional())

/** How long an integration's alerts take to clear, ms. A wrong answer counts for nothing. */
export function understandDeadline(who: string, answer: unknown): number | undefined {
  return understand(who, schema(), answer)
}
