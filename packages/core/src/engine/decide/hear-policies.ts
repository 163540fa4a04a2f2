import type { PolicyVoice } from '../../builtin/combine-decisions.ts'
import type { Decision } from '../../model/plan.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Policy, PolicyInput } from '../../ports/policy.ts'
import { understandDecision } from '../answers/decision.ts'
import { callPort } from '../call.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'

/** What each policy says, in order. One that throws, or whose answer is no decision, denies. */
export async function hearPolicies(
  parts: Parts,
  policies: readonly Policy[],
  input: PolicyInput,
  ctx: CallContext,
): Promise<readonly PolicyVoice[]> {
  const voices: PolicyVoice[] = []
  for (const policy of policies) {
    try {
      ctx.signal.throwIfAborted()
      const answer = policy.decide(input)
      // One that has answered already needs no time limit, and there may be thousands of them.
      const decision = isPending(answer)
        ? await callPort(parts, `policy ${policy.id}`, ctx, async () => answer)
        : answer
      voices.push({ policy: policy.id, decision: understandDecision(`policy ${policy.id}`, decision) })
    } catch (error) {
      ctx.signal.throwIfAborted()
      parts.log.error(describeFailure(`policy ${policy.id} failed and so denies`, error))
      voices.push({ policy: policy.id, decision: { kind: 'deny', because: `policy ${policy.id} failed` } })
    }
  }
  return voices
}

function isPending(answer: Decision | Promise<Decision>): answer is Promise<Decision> {
  return typeof answer === 'object' && answer !== null && 'then' in answer
}
