import type { SimulateOptions } from '@mendkit/testkit'
import { askForProof, nodeStage } from './node-stage.ts'
import { drawDeepScenario } from './scenario.ts'
import { shopStage } from './shop-stage.ts'

/** Of 16 seeds: those that drain a node, and those with stories that seldom come about by chance. */
const nodes: readonly number[] = [3, 5]
const deep: readonly number[] = [6]

/** What a seed plays: which kind of story is told by the seed itself, so that the seeds of the other kinds stay as they are. */
export const played: Pick<SimulateOptions, 'stage' | 'reauthenticate'> = {
  stage(simulation) {
    const kind = simulation.seed % 16
    if (nodes.includes(kind)) return nodeStage(simulation)
    return deep.includes(kind) ? shopStage(simulation, drawDeepScenario) : shopStage(simulation)
  },
  reauthenticate: askForProof,
}
