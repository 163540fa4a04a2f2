import { combineDecisions, type PolicyVoice } from '../../builtin/combine-decisions.ts'
import { planConfidence } from '../../builtin/confidence.ts'
import { safetyPolicies } from '../../builtin/safety-policies.ts'
import type { Plan } from '../../model/plan.ts'
import type { PolicyHistory } from '../../model/policy-history.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Policy } from '../../ports/policy.ts'
import { redact } from '../../redact/redact.ts'
import type { Parts } from '../parts.ts'
import { viewOf } from '../steps/view.ts'
import { unlessCorrupt } from '../unless-corrupt.ts'
import { hearPolicies } from './hear-policies.ts'
import { longestWaitMs, mostOfHistory, outcomesIn, readPast } from './past.ts'
import { policyInput } from './policy-input.ts'

/** What all policies together say of a plan, before the autonomy level is applied. */
export type PolicyVerdict = 'allow' | 'ask' | 'deny'

/** A stored plan, judged again. */
export interface SimulatedDecision {
  readonly plan: string
  readonly incident: string
  /** When the plan was made, ISO 8601 UTC. */
  readonly at: string
  /** What the policies of then said. */
  readonly was: PolicyVerdict
  readonly wouldBe: PolicyVerdict
  /** The voices that carry `wouldBe`, as `policy: reason`. Redacted. */
  readonly because: readonly string[]
}

/** Executions and incidents that one simulation reads at most, each. */
const mostOfPast = 10_000

/**
 * Judges plans again, each as of its own time: the calendar, the confidence and the past of then, with the states that
 * executions and incidents have now. Undefined for a plan whose incident is gone or does not read back. Writes nothing.
 */
export async function simulate(
  parts: Parts,
  policies: readonly Policy[],
  plans: readonly Plan[],
  ctx: CallContext,
): Promise<{ readonly decisions: readonly (SimulatedDecision | undefined)[]; readonly complete: boolean }> {
  const [first] = plans
  if (first === undefined) return { decisions: [], complete: true }
  const { lookBackMs } = parts.settings.decision
  const since = Math.min(...plans.map(({ at }) => at)) - lookBackMs
  const bound = { since, waitedMs: longestWaitMs(parts.settings), most: mostOfPast }
  const past = await readPast(parts, first.tenant, bound, ctx)
  const decisions: (SimulatedDecision | undefined)[] = []
  for (const plan of plans) {
    const consequence = `plan ${plan.id} is left out of the simulation`
    decisions.push(await unlessCorrupt(parts, consequence, () => judgeAgain(parts, policies, plan, past, ctx)))
  }
  return { decisions, complete: past.complete }
}

async function judgeAgain(
  parts: Parts,
  policies: readonly Policy[],
  plan: Plan,
  past: PolicyHistory,
  ctx: CallContext,
): Promise<SimulatedDecision | undefined> {
  const { tenant, incidentId, actions, proposedBy } = plan
  const incident = await parts.store.get('incident', tenant, incidentId, ctx)
  if (incident === undefined) return undefined
  const history = pastAt(past, plan.at, parts.settings.decision.lookBackMs)
  const input = policyInput(parts, {
    plan: { actions, ...(proposedBy !== undefined && { proposedBy }) },
    incident: { ...viewOf(incident), phase: 'deciding' },
    confidence: planConfidence(actions, outcomesIn(history.executions)),
    history: async () => history,
    now: plan.at,
  })
  const voices = await hearPolicies(parts, [...safetyPolicies, ...policies], input, ctx)
  const wouldBe = verdictOf(voices.map(({ decision }) => decision.kind))
  return {
    ...{ plan: plan.id, incident: incidentId, at: new Date(plan.at).toISOString() },
    was: verdictOf(plan.decision.voices.filter(({ policy }) => policy !== 'autonomy').map(({ kind }) => kind)),
    wouldBe,
    because: reasonsFor(wouldBe, voices),
  }
}

/** What a policy would have been told then. */
function pastAt({ executions, incidents, complete }: PolicyHistory, at: number, lookBackMs: number): PolicyHistory {
  const wasThen = (moment: number) => moment <= at && moment >= at - lookBackMs
  const then = {
    executions: executions.filter((one) => wasThen(one.at)),
    incidents: incidents.filter((one) => wasThen(one.openedAt)),
  }
  const fits = then.executions.length <= mostOfHistory && then.incidents.length <= mostOfHistory
  return {
    executions: then.executions.slice(0, mostOfHistory),
    incidents: then.incidents.slice(0, mostOfHistory),
    complete: complete && fits,
  }
}

function verdictOf(said: readonly (PolicyVerdict | 'abstain')[]): PolicyVerdict {
  const strictest = (['deny', 'ask', 'allow'] as const).find((kind) => said.includes(kind))
  return strictest ?? 'deny'
}

function reasonsFor(verdict: PolicyVerdict, voices: readonly PolicyVoice[]): readonly string[] {
  const heard = combineDecisions(voices).voices
  return heard.filter(({ kind }) => kind === verdict).map(({ policy, because }) => redact(`${policy}: ${because}`))
}
