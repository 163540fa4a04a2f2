import type { Chance } from '@mendkit/testkit'
import type { Answer, Scenario } from './scenario.ts'

/** A story of a node that is drained, drawn from a seed. */
export interface NodeScenario extends Pick<Scenario, 'answers' | 'answerAfterMs' | 'quorum' | 'asksAgain' | 'workers'> {
  readonly replicas: number
  /** How many pods a disruption budget keeps ready; undefined without one. As many as there are stop the drain. */
  readonly keeps: number | undefined
  /** Whether the node is well again once nothing runs there that was to go. */
  readonly heals: boolean
  /** Whether the workers, too, know how somebody who approves shows who it is. */
  readonly proof: boolean
  /** When somebody uncordons the node after our first effect, ms. */
  readonly uncordonAfterMs: number | undefined
  readonly clearAfterMs: number
}

/** Draws a story. */
export function drawNodeScenario(chance: Chance): NodeScenario {
  const replicas = chance.pick([4, 6])
  const first: Answer = chance.pick(['approve', 'approve', 'approve', 'unproven', 'unproven', 'twice'])
  return {
    replicas,
    keeps: chance.pick([undefined, replicas - 1, replicas - 1, replicas]),
    heals: chance.happens(0.7),
    proof: chance.happens(0.7),
    uncordonAfterMs: chance.happens(0.1) ? chance.between(1_000, 60_000) : undefined,
    clearAfterMs: chance.pick([0, 0, 100_000]),
    answers: [first, chance.pick(['approve', 'approve', 'reject', 'ignore'])],
    answerAfterMs: chance.pick([1_000, 10_000, 60_000]),
    quorum: { needed: 1, come: 1 },
    asksAgain: chance.happens(0.1),
    workers: chance.pick([1, 2, 2, 2]),
  }
}
