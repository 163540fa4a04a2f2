import type { Confidence } from '../model/diagnosis.ts'
import { type CitableFact, type Fact, isObservation } from '../model/evidence.ts'
import type { PlannedAction } from '../model/plan.ts'

/**
 * How well the cited facts carry a hypothesis: `high` when at least three kinds of machine observation agree, `medium`
 * for two, `low` otherwise. Log lines are written by the workload itself and so add nothing.
 */
export function confidenceOf(facts: readonly Pick<Fact, 'kind'>[]): Confidence {
  const kinds = new Set(facts.map((fact) => fact.kind).filter((kind) => kind !== 'log'))
  if (kinds.size >= 3) return 'high'
  return kinds.size === 2 ? 'medium' : 'low'
}

/**
 * How sure a hypothesis may be of itself. Begins as `confidenceOf`. `high` needs facts of at least two tools, because what one reading
 * says in three ways is still one source; an analysis that had to stop early is one step less sure, as what it did not look at
 * may speak against it.
 */
export function hypothesisConfidence(
  facts: readonly Pick<CitableFact, 'kind' | 'tool'>[],
  { stoppedEarly }: { readonly stoppedEarly: boolean },
): Confidence {
  const observations = facts.filter(isObservation)
  const tools = new Set(observations.map(({ tool }) => tool))
  const byKinds = confidenceOf(observations)
  const supported = byKinds === 'high' && tools.size < 2 ? 'medium' : byKinds
  if (!stoppedEarly) return supported
  return supported === 'high' ? 'medium' : 'low'
}

/** How an execution of an action type against a cause ended: verified as a fix, or failed, undone or escalated. */
export interface PastOutcome {
  /** See `Plan.cause`. */
  readonly cause: string
  readonly type: string
  readonly good: boolean
}

/** By the number of kinds of machine observation; more than three add nothing. */
const byObservations = [0, 0.4, 0.7, 0.9] as const
/** The evidence weighs as much as this many outcomes. */
const evidenceWeight = 4

/**
 * How sure a plan may be of itself, from 0 to 1 in hundredths: that of its least certain action. One, two or three kinds of
 * machine observation start at 0.4, 0.7 and 0.9, and weigh as much as four outcomes; without any observation it is 0. Outcomes
 * are those of the same action type, and apart from them those of the same type against the same cause: the lower of the two
 * counts, so that success against other causes makes nobody surer, and to call a cause by another name hides no failure. What
 * a model thinks of itself has no part in it.
 */
export function planConfidence(
  {
    cause,
    actions,
  }: { readonly cause: string; readonly actions: readonly Pick<PlannedAction, 'type' | 'observations'>[] },
  outcomes: readonly PastOutcome[],
): number {
  const each = actions.map(({ type, observations }) => {
    const evidence = byObservations[Math.min(observations, 3)] ?? 0
    const ofType = outcomes.filter((outcome) => outcome.type === type)
    const ofCause = ofType.filter((outcome) => outcome.cause === cause)
    return Math.min(weighed(evidence, ofType), weighed(evidence, ofCause))
  })
  return each.length === 0 ? 0 : Math.round(Math.min(...each) * 100) / 100
}

function weighed(evidence: number, outcomes: readonly PastOutcome[]): number {
  const good = outcomes.filter((outcome) => outcome.good).length
  return evidence === 0 ? 0 : (evidenceWeight * evidence + good) / (evidenceWeight + outcomes.length)
}
