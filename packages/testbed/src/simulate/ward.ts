import { type SimulatedCluster, type SimulatedObject, simulatedCluster } from '@mendkit/testkit'
import type { NodeScenario } from './node-scenario.ts'

const reference = { apiVersion: 'v1', kind: 'Node', name: 'node-1' } as const
const image = 'shop/app:v1'
const taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }

/** A cluster on which a node is not ready. */
export interface Ward {
  readonly cluster: SimulatedCluster
  readonly isHealthy: () => boolean
  /** The kubelet of the node reports; a node that heals is well by then once everything that was to go has gone. */
  readonly report: () => void
  /** The pods that a drain of the node would have to evict. */
  readonly leaving: () => readonly SimulatedObject[]
  /** Somebody lets pods on the node again. */
  readonly uncordon: () => void
}

/** A cluster that has run well for an hour, and a node of which is not ready any more. */
export function openWard(
  now: () => number,
  seed: number,
  scenario: Pick<NodeScenario, 'replicas' | 'keeps' | 'heals'>,
): Ward {
  let early = 3_600_000
  const cluster = simulatedCluster({ clock: { now: () => now() - early }, seed })
  let isHealthy = false

  const specOf = () => (cluster.find(reference) as SimulatedObject & { spec: { unschedulable?: boolean } }).spec
  const place = (spec: object) => cluster.apply({ ...reference, metadata: { name: reference.name }, spec })

  function report(): void {
    if (!isHealthy && scenario.heals && specOf().unschedulable === true && leaving(cluster).length === 0) {
      isHealthy = true
      place({ unschedulable: true })
    }
    const lastHeartbeatTime = new Date(cluster.now()).toISOString()
    const condition = isHealthy
      ? { type: 'Ready', status: 'True', reason: 'KubeletReady', lastHeartbeatTime }
      : { type: 'Ready', status: 'False', reason: 'KubeletNotReady', lastHeartbeatTime }
    cluster.report(reference, { conditions: [condition] })
  }

  cluster.image(image, { behaviour: 'healthy', readyAfterMs: 20_000, pullMs: 500 })
  cluster.apply(workload('Deployment', 'checkout', { replicas: scenario.replicas }))
  cluster.apply(workload('DaemonSet', 'agent', {}))
  if (scenario.keeps !== undefined) {
    cluster.apply({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'checkout', namespace: 'shop' },
      spec: { minAvailable: scenario.keeps, selector: { matchLabels: { app: 'checkout' } } },
    })
  }
  early = 0
  cluster.tick()
  place({ taints: [taint] })
  report()
  return {
    cluster,
    isHealthy: () => isHealthy,
    report,
    leaving: () => leaving(cluster),
    uncordon: () => void place({ taints: [taint] }),
  }
}

/** The pods that a drain would have to evict. */
function leaving(cluster: SimulatedCluster): readonly SimulatedObject[] {
  return cluster.all('v1', 'Pod', 'shop').filter((pod) => {
    const { nodeName } = (pod as SimulatedObject & { spec: { nodeName?: string } }).spec
    return nodeName === reference.name && pod.metadata.ownerReferences?.some(({ kind }) => kind !== 'DaemonSet')
  })
}

function workload(kind: 'Deployment' | 'DaemonSet', name: string, spec: object) {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace: 'shop', labels: { app: name } },
    spec: {
      ...spec,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'app', image }] } },
    },
  }
}
