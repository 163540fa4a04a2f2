import { z } from 'zod'
import type { Decision } from '../../model/plan.ts'
import { once } from '../../once.ts'
import { fields, longestMs, name, text, understand } from './understand.ts'

const schema = once<z.ZodType<Decision>>(() =>
  z.union([
    fields({ kind: z.literal('abstain'), because: text.exactOptional() }),
    fields({ kind: z.literal(['allow', 'deny']), because: text }),
    fields({
      kind: z.literal('ask'),
      because: text,
      approvers: z.array(name).min(1).exactOptional(),
      quorum: z.int().min(1).max(100).exactOptional(),
      expiresInMs: z.number().positive().max(longestMs).exactOptional(),
    }),
  ]),
)

/** What a policy says. A wrong answer is a policy that failed, and so denies; so is a question that nobody may answer. */
export function understandDecision(who: string, answer: unknown): Decision {
  if (isAbstention(answer)) return abstention
  return understand(who, schema(), answer)
}

const abstention: Decision = { kind: 'abstain' }

/** Of many policies nearly all say just this: it is understood without a schema. */
function isAbstention(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null) return false
  return Object.keys(answer).length === 1 && (answer as { kind?: unknown }).kind === 'abstain'
}
