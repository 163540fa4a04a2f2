import type { PolicyVoice } from '../../builtin/combine-decisions.ts'
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
      const decision = await callPort(parts, `policy ${policy.id}`, ctx, async () => policy.decide(input))
      voices.push({ policy: policy.id, decision: understandDecision(`policy ${policy.id}`, decision) })
    } catch (error) {
      ctx.signal.throwIfAborted()
      parts.log.error(describeFailure(`policy ${policy.id} failed and so denies`, error))
      voices.push({ policy: policy.id, decision: { kind: 'deny', because: `policy ${policy.id} failed` } })
    }
  }
  return voices
}
