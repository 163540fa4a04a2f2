import { simulatedCluster } from '@mendkit/testkit'
import { badImage, goodImage, manifestOf, stateOf } from './service.ts'
import type { LaneWorld, World } from './world.ts'

/** A simulated cluster in this process, which no kill reaches. It follows the machine's clock. */
export function simulatedWorld(): World {
  const cluster = simulatedCluster({ clock: { now: () => Date.now() } })
  const quick = { pullMs: 20, readyAfterMs: 50, crashAfterMs: 50 }
  cluster.image(goodImage, { behaviour: 'healthy', ...quick })
  cluster.image(badImage, { behaviour: 'crash', ...quick })
  let lanes = 0

  async function openLane(): Promise<LaneWorld> {
    lanes += 1
    const namespaces = { auto: `auto-${lanes}`, ask: `ask-${lanes}` }
    const own: readonly (string | undefined)[] = Object.values(namespaces)
    // An empty namespace must be there when a host reads its annotations.
    for (const name of Object.values(namespaces))
      cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
    return {
      namespaces,
      access: { through: 'driver' },
      act: cluster,
      deploy: async (namespace, name, version) => void cluster.apply(manifestOf(namespace, name, version)),
      async state(namespace, name) {
        cluster.tick()
        const deployment = cluster.find({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name })
        return stateOf(name, deployment, cluster.all('v1', 'Pod', namespace))
      },
      effects: async () =>
        cluster
          .effects()
          .filter(({ target }) => own.includes(target.namespace))
          .map(({ executionId, target }) => ({ executionId, target: `${target.namespace}/${target.name}` })),
    }
  }

  return { kind: 'simulated', openLane, close: async () => undefined }
}
