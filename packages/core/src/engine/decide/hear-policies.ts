import type { PolicyVoice } from '../../builtin/combine-decisions.ts'
import type { Decision } from '../../model/plan.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Policy, PolicyInput } from '../../ports/policy.ts'
import { understandDecision } from '../answers/decision.ts'
import { callPort } from '../call.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'

/** What voices are made with. */
interface Hearing {
  readonly parts: Parts
  readonly input: PolicyInput
  readonly ctx: CallContext
}

/**
 * What each policy says, one after another. One that throws, or whose answer is no decision, denies. Nothing is waited for
 * while policies answer at once, and then the voices are no promise.
 */
export function hearPolicies(
  parts: Parts,
  policies: readonly Policy[],
  input: PolicyInput,
  ctx: CallContext,
): readonly PolicyVoice[] | Promise<readonly PolicyVoice[]> {
  const hearing = { parts, input, ctx }
  const voices: PolicyVoice[] = []
  for (const policy of policies) {
    const voice = hear(hearing, policy)
    if (voice instanceof Promise) return hearRest(hearing, voices, voice, policies.slice(voices.length + 1))
    voices.push(voice)
  }
  return voices
}

async function hearRest(
  hearing: Hearing,
  before: readonly PolicyVoice[],
  next: Promise<PolicyVoice>,
  rest: readonly Policy[],
): Promise<readonly PolicyVoice[]> {
  const voices = [...before, await next]
  for (const policy of rest) voices.push(await hear(hearing, policy))
  return voices
}

/** One voice, and a promise of it only if the policy gave one. */
function hear(hearing: Hearing, policy: Policy): PolicyVoice | Promise<PolicyVoice> {
  hearing.ctx.signal.throwIfAborted()
  try {
    const answer = policy.decide(hearing.input)
    return isPending(answer) ? hearLater(hearing, policy, answer) : voiceOf(policy, answer)
  } catch (error) {
    return denial(hearing, policy, error)
  }
}

async function hearLater(hearing: Hearing, policy: Policy, answer: Promise<Decision>): Promise<PolicyVoice> {
  const { parts, ctx } = hearing
  try {
    return voiceOf(policy, await callPort(parts, `policy ${policy.id}`, ctx, async () => answer))
  } catch (error) {
    return denial(hearing, policy, error)
  }
}

function voiceOf({ id }: Policy, answer: Decision): PolicyVoice {
  return { policy: id, decision: understandDecision(id, answer) }
}

/** Whoever gave up the judgement wants no decision of it. */
function denial({ parts, ctx }: Hearing, { id }: Policy, error: unknown): PolicyVoice {
  ctx.signal.throwIfAborted()
  parts.log.error(describeFailure(`policy ${id} failed and so denies`, error))
  return { policy: id, decision: { kind: 'deny', because: `policy ${id} failed` } }
}

function isPending(answer: Decision | Promise<Decision>): answer is Promise<Decision> {
  return typeof answer === 'object' && answer !== null && 'then' in answer
}
