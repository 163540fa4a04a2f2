import type { AutonomyLevel } from '@mendkit/core'
import type { Chance } from '@mendkit/testkit'

/** What the rollback of a bad rollout comes to. */
type Outcome = 'helps' | 'does-not-help' | 'makes-it-worse'

/** What people do when they are asked. */
export type Answer = 'approve' | 'reject' | 'ignore' | 'stale-digest' | 'stranger' | 'proposer' | 'twice' | 'unproven'

/** A story, drawn from a seed. */
export interface Scenario {
  /** Whether the level is only suggest, and what was earned in the past counts above it. */
  readonly earned: boolean
  readonly level: AutonomyLevel
  readonly outcome: Outcome
  readonly strategy: 'RollingUpdate' | 'Recreate'
  /** Deployments with a bad rollout each. */
  readonly workloads: readonly string[]
  /** Alert names that fire about each. */
  readonly alertnames: readonly string[]
  /** Whether each alert name is an incident of its own, so that two want the same object. */
  readonly apart: boolean
  readonly maxInFlight: number
  /** Whether an unreliable model is asked before the rules. */
  readonly model: boolean
  /** One an approval; the last one for all that follow. */
  readonly answers: readonly Answer[]
  readonly answerAfterMs: number
  /** Whether somebody asks for a new diagnosis of an incident that was handed over. */
  readonly asksAgain: boolean
  /** When another bad version is rolled out, ms after the incident was resolved. */
  readonly relapseAfterMs: number | undefined
  /** When somebody else changes the object after our first effect, ms. */
  readonly editAfterMs: number | undefined
  /** Whether reads lag behind now and then. */
  readonly lagging: boolean
  /** Whether whoever changes it tries another version and goes back at once. */
  readonly detour: boolean
  /** Whether the kill switch is pressed and everything silenced as soon as a fix is decided. */
  readonly hushed: boolean
  /** How long alerts go on after what they tell of is over. */
  readonly clearAfterMs: number
  readonly workers: number
  /** How many people must approve, and how many of them care to. */
  readonly quorum: { readonly needed: number; readonly come: number }
}

/** Whether the shop pages tier after tier: where many must approve, there are also many to page. */
export function hasTiers({ quorum }: Scenario): boolean {
  return quorum.needed > 1
}

const allAlerts = ['KubePodCrashLooping', 'KubeDeploymentRolloutStuck', 'ErrorBudgetBurn', 'KubePodNotReady']

const notDeep = { lagging: false, detour: false, hushed: false }

/** Draws a story in which things come together that seldom do, and makes the most of it. */
export function drawDeepScenario(chance: Chance): Scenario {
  const story = drawScenario(chance)
  const drawn = { ...story, lagging: chance.happens(0.6), hushed: chance.happens(0.3) }
  if (!chance.happens(0.4)) return drawn
  const worse = { outcome: 'makes-it-worse', strategy: 'Recreate', level: 'auto', earned: false } as const
  return { ...drawn, ...worse, detour: true, editAfterMs: chance.between(1_000, 200_000) }
}

/** Draws a story. */
export function drawScenario(chance: Chance): Scenario {
  const apart = chance.happens(0.2)
  const count = apart ? 2 : chance.pick([1, 1, 2, 4])
  const outcome = chance.pick(['helps', 'helps', 'does-not-help', 'makes-it-worse'] as const)
  const level = chance.pick(['auto', 'auto', 'auto', 'approve', 'approve', 'approve', 'suggest'] as const)
  const drawn: Omit<Scenario, 'earned' | 'lagging' | 'detour' | 'hushed'> = {
    level,
    outcome,
    // Only when the old pods go first is a rollback to a version that has broken since worse than what it replaces.
    strategy: outcome === 'helps' ? chance.pick(['RollingUpdate', 'Recreate']) : 'Recreate',
    workloads: chance.happens(0.15) ? ['checkout', 'cart'] : ['checkout'],
    alertnames: allAlerts.slice(0, count),
    apart,
    maxInFlight: chance.pick([1, 1, 3]),
    model: chance.happens(0.2),
    answers: drawAnswers(chance),
    answerAfterMs: chance.pick([1_000, 10_000, 60_000, 170_000]),
    asksAgain: chance.happens(0.15),
    relapseAfterMs: chance.happens(0.2) ? chance.between(10_000, 300_000) : undefined,
    editAfterMs: chance.happens(0.25) ? chance.between(1_000, 360_000) : undefined,
    clearAfterMs: chance.pick([0, 0, 0, 100_000, 240_000]),
    workers: chance.pick([1, 2, 2, 2]),
    quorum: chance.happens(0.7) ? { needed: 1, come: 1 } : { needed: 2, come: chance.pick([1, 2]) },
  }
  return { ...drawn, ...notDeep, earned: level === 'suggest' && drawn.answers[0] === 'approve' }
}

function drawAnswers(chance: Chance): readonly Answer[] {
  const first = chance.pick(['approve', 'approve', 'approve', 'stale-digest', 'stranger', 'proposer', 'twice'] as const)
  return [first, chance.pick(['approve', 'approve', 'approve', 'reject', 'ignore', 'twice'])]
}
