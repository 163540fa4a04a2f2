import type { SimulateOptions } from '@mendkit/testkit'
import { askForProof, nodeStage } from './node-stage.ts'
import { shopStage } from './shop-stage.ts'

/** The share of seeds in which a node is drained instead of a rollout rolled back. */
const NODES = 0.15

/** What a seed plays. */
export const played: Pick<SimulateOptions, 'stage' | 'reauthenticate'> = {
  stage: (simulation) => (simulation.chance.happens(NODES) ? nodeStage(simulation) : shopStage(simulation)),
  reauthenticate: askForProof,
}
