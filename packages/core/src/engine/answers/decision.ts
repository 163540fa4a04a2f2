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
export function understandDecision(policy: string, answer: unknown): Decision {
  return plainDecision(answer) ?? understand(`policy ${policy}`, schema(), answer)
}

const abstention: Decision = { kind: 'abstain' }

/** Nearly all say just this, or allow or deny with a reason: it is understood without a schema, and copied as with it. */
function plainDecision(answer: unknown): Decision | undefined {
  if (typeof answer !== 'object' || answer === null || !Object.hasOwn(answer, 'kind')) return undefined
  const { kind, because } = answer as { readonly kind: unknown; readonly because?: unknown }
  const fieldCount = Object.keys(answer).length
  if (kind === 'abstain' && fieldCount === 1) return abstention
  if (fieldCount !== 2 || !Object.hasOwn(answer, 'because')) return undefined
  if (typeof because !== 'string' || !because.isWellFormed()) return undefined
  return kind === 'allow' || kind === 'deny' ? { kind, because } : undefined
}
