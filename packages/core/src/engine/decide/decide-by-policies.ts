import { combineDecisions } from '../../builtin/combine-decisions.ts'
import type { CombinedDecision } from '../../model/plan.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Policy, PolicyInput } from '../../ports/policy.ts'
import type { Parts } from '../parts.ts'
import { hearPolicies } from './hear-policies.ts'
import type { PolicySet } from './policy-set.ts'

/** What a plan is judged by: the policies that nobody can switch off, then those of the host. */
export interface AskedPolicies {
  readonly always: readonly Policy[]
  readonly host: PolicySet
}

/** What they are told: the same, but for how the past is read for each. */
export interface ToldPolicies {
  readonly always: PolicyInput
  readonly host: PolicyInput
}

/**
 * The combined answer of all policies about one plan: those that apply to it are asked, one after another, and the others
 * are counted as abstaining.
 */
export async function decideByPolicies(
  parts: Parts,
  { always, host }: AskedPolicies,
  told: ToldPolicies,
  ctx: CallContext,
): Promise<CombinedDecision> {
  const applying = host.applyingTo(told.host.plan.actions)
  const first = always.length === 0 ? [] : hearPolicies(parts, always, told.always, ctx)
  const voices = 'then' in first ? await first : first
  const then = hearPolicies(parts, applying, told.host, ctx)
  const others = 'then' in then ? await then : then
  const all = voices.length === 0 ? others : [...voices, ...others]
  return combineDecisions(all, host.policies.length - applying.length, host.words)
}
