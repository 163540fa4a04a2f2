import { planConfidence } from '../../builtin/confidence.ts'
import { safetyPolicies } from '../../builtin/safety-policies.ts'
import type { AutonomyLevel } from '../../model/autonomy.ts'
import type { Execution } from '../../model/execution.ts'
import type { Plan, PlanDecision } from '../../model/plan.ts'
import type { PastIncident, PolicyHistory } from '../../model/policy-history.ts'
import type { CallContext } from '../../ports/context.ts'
import { redact } from '../../redact/redact.ts'
import type { Parts } from '../parts.ts'
import { viewOf } from '../steps/view.ts'
import { unlessCorrupt } from '../unless-corrupt.ts'
import { decideByPolicies } from './decide-by-policies.ts'
import { longestWaitMs, mostOfHistory, outcomesIn, pastExecution, readIncidents, readIntents } from './past.ts'
import { policyInput } from './policy-input.ts'
import type { PolicySet } from './policy-set.ts'

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
  /** How many of the policies do not apply to the plan: they were not asked, and each abstains. */
  readonly unasked: number
}

/** What plans are judged by. */
export interface JudgedBy {
  readonly policies: PolicySet
  /** Absent: the level that was in force for each plan. */
  readonly autonomy?: AutonomyLevel
}

interface Past {
  readonly intents: PolicyHistory<Execution>
  readonly incidents: PolicyHistory<PastIncident>
}

/** Executions and incidents that one simulation reads at most, each. */
const mostOfPast = 10_000

/**
 * Judges plans again, each as of its own time: the calendar, the confidence and the past of then, with the states that
 * executions and incidents have now. Undefined for a plan whose incident is gone or does not read back. Writes nothing.
 */
export async function simulate(
  parts: Parts,
  by: JudgedBy,
  plans: readonly Plan[],
  ctx: CallContext,
): Promise<{ readonly decisions: readonly (SimulatedDecision | undefined)[]; readonly complete: boolean }> {
  const [first] = plans
  if (first === undefined) return { decisions: [], complete: true }
  const { lookBackMs } = parts.settings.decision
  const since = Math.min(...plans.map(({ at }) => at)) - lookBackMs
  const bound = { since, waitedMs: longestWaitMs(parts.settings), most: mostOfPast }
  const past: Past = {
    intents: await readIntents(parts, first.tenant, bound, ctx),
    incidents: await readIncidents(parts, first.tenant, bound, ctx),
  }
  const decisions: (SimulatedDecision | undefined)[] = []
  for (const plan of plans) {
    const consequence = `plan ${plan.id} is left out of the simulation`
    decisions.push(await unlessCorrupt(parts, consequence, () => judgeAgain(parts, by, plan, past, ctx)))
  }
  return { decisions, complete: past.intents.complete && past.incidents.complete }
}

async function judgeAgain(
  parts: Parts,
  { policies, autonomy }: JudgedBy,
  plan: Plan,
  past: Past,
  ctx: CallContext,
): Promise<SimulatedDecision | undefined> {
  const { tenant, incidentId, cause, actions, proposedBy } = plan
  const incident = await parts.store.get('incident', tenant, incidentId, ctx)
  if (incident === undefined) return undefined
  const { lookBackMs } = parts.settings.decision
  const intents = asOf(plan.at, lookBackMs, past.intents, ({ intentAt }) => intentAt)
  const executions = { ...intents, items: intents.items.map(pastExecution) }
  const incidents = asOf(plan.at, lookBackMs, past.incidents, ({ openedAt }) => openedAt)
  const input = policyInput(parts, {
    plan: { actions, ...(proposedBy !== undefined && { proposedBy }) },
    incident: { ...viewOf(incident), phase: 'deciding' },
    autonomy: autonomy ?? plan.decision.autonomy,
    confidence: async () => planConfidence({ cause, actions }, outcomesIn(intents.items)),
    executions: async () => executions,
    incidents: async () => incidents,
    now: plan.at,
  })
  const asked = { always: safetyPolicies, host: policies }
  const { voices, unasked } = await decideByPolicies(parts, asked, { always: input, host: input }, ctx)
  const wouldBe = verdictOf(voices)
  return {
    ...{ plan: plan.id, incident: incidentId, at: new Date(plan.at).toISOString() },
    was: verdictOf(plan.decision.voices.filter(({ policy }) => policy !== 'autonomy')),
    wouldBe,
    because: voices
      .filter(({ kind }) => kind === wouldBe)
      .map(({ policy, because }) => redact(`${policy}: ${because}`)),
    unasked,
  }
}

/** What a policy would have been told then. */
function asOf<Item>(
  at: number,
  lookBackMs: number,
  { items, complete }: PolicyHistory<Item>,
  momentOf: (item: Item) => number,
): PolicyHistory<Item> {
  const then = items.filter((item) => momentOf(item) <= at && momentOf(item) >= at - lookBackMs)
  return { items: then.slice(0, mostOfHistory), complete: complete && then.length <= mostOfHistory }
}

function verdictOf(voices: PlanDecision['voices']): PolicyVerdict {
  const strictest = (['deny', 'ask', 'allow'] as const).find((kind) => voices.some((voice) => voice.kind === kind))
  return strictest ?? 'deny'
}
