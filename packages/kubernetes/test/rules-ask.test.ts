import { existsSync, readFileSync } from 'node:fs'
import { loadAllYaml } from '@kubernetes/client-node'
import { allowUpTo, resolveLabels } from '@mendkit/core'
import { type SimulatedCluster, simulatedCluster, simulatedStore, virtualClock } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ann, hostOn } from './approval-scene.ts'
import { autoscaler } from './catalogue-cases.ts'
import { checkout } from './scene.ts'

const node = { apiVersion: 'v1', kind: 'Node', name: 'node-1' } as const
const taints = [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }]
/** As kube-state-metrics is scraped without `honorLabels`: its own pod and namespace stand beside the node. */
const scraped = { job: 'kube-state-metrics', namespace: 'monitoring', pod: 'kube-state-metrics-b894d84cc-d6htw' }

/** A host that may do everything by itself, on a cluster that was prepared like this, with this alert. */
async function freeHost(labels: Readonly<Record<string, string>>, prepare: (cluster: SimulatedCluster) => void) {
  const clock = virtualClock()
  const cluster = simulatedCluster({ clock })
  prepare(cluster)
  for (let second = 0; second < 60; second += 1) await clock.advance(1_000).then(() => cluster.tick())
  const host = hostOn(
    { cluster, clock, store: simulatedStore() },
    {
      labels,
      autonomy: { 'namespace:shop': 'auto', 'action:kubernetes.cordon': 'auto' },
      options: { nodes: true },
      policies: [allowUpTo('high')],
    },
  )
  return { clock, cluster, host }
}

test('a node that is not ready is cordoned when a person says so, whatever the policies allow, and is only well when it reports so', async () => {
  const { clock, cluster, host } = await freeHost(
    { alertname: 'KubeNodeNotReady', node: 'node-1', ...scraped },
    (all) => {
      all.apply({ ...node, metadata: { name: 'node-1' }, spec: { taints } })
      all.report(node, { conditions: [{ type: 'Ready', status: 'False', reason: 'KubeletNotReady' }] })
    },
  )
  await host.fire()
  await host.until('awaiting-approval')
  expect(cluster.effects()).toEqual([])
  const { id, digest } = await host.question()
  await host.mendkit.as(ann).approvals.approve(id, { digest })
  await host.until('verifying')
  expect(cluster.find(node)?.['spec']).toMatchObject({ unschedulable: true })

  // The alert ends as soon as the node is cordoned, for its expression says so. That alone is no recovery.
  await host.clear()
  for (let step = 0; step < 60; step += 1) await clock.advance(5_000)
  expect(await host.phase()).toBe('verifying')
  const lastHeartbeatTime = new Date(clock.now()).toISOString()
  cluster.report(node, { conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime }] })
  await host.until('resolved')
  await host.stop()
})

test('a higher maximum of an autoscaler is for a person to allow, whatever the policies do', async () => {
  const reference = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    namespace: 'shop',
    name: 'checkout',
  }
  const { cluster, host } = await freeHost(
    { alertname: 'KubeHpaMaxedOut', horizontalpodautoscaler: 'checkout', namespace: 'shop' },
    (all) => {
      all.apply(checkout('shop/checkout:v1'))
      all.apply(autoscaler({ minReplicas: 2, maxReplicas: 3 }))
      all.report(reference, { currentReplicas: 3 })
    },
  )
  await host.fire()
  await host.until('awaiting-approval')
  expect(cluster.effects()).toEqual([])
  const { id, digest } = await host.question()
  await host.mendkit.as(ann).approvals.approve(id, { digest })
  await host.until('verifying')
  expect(cluster.find(reference)?.['spec']).toMatchObject({ minReplicas: 2, maxReplicas: 5 })
  await host.stop()
})

// Alert rules that nobody here wrote lie beside the repository on some machines; they are not part of it.
const mixin = new URL(
  '../../../../shared/data/kube-prometheus/kubernetesControlPlane-prometheusRule.yaml',
  import.meta.url,
)
const ruleSchema = z.object({
  spec: z.object({
    groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string().optional(), expr: z.unknown() })) })),
  }),
})

describe.skipIf(!existsSync(mixin))('the alert rules of kube-prometheus (needs recorded data)', () => {
  test.each([
    ['KubeNodeNotReady', { node: 'node-1', ...scraped }, 'Node'],
    ['KubeNodePressure', { node: 'node-1', condition: 'DiskPressure', ...scraped }, 'Node'],
    ['KubeNodeUnreachable', { node: 'node-1', ...scraped }, 'Node'],
    ['KubeNodeEviction', { node: 'node-1', eviction_signal: 'memory.available' }, 'Node'],
    ['KubeHpaMaxedOut', { horizontalpodautoscaler: 'checkout', namespace: 'shop' }, 'HorizontalPodAutoscaler'],
    ['KubeJobFailed', { job_name: 'checkout', namespace: 'shop', job: 'kube-state-metrics' }, 'Job'],
    ['KubeJobNotCompleted', { job_name: 'checkout', namespace: 'shop' }, 'Job'],
  ])('have %s, whose labels name the object that its rule reads', (alertname, labels, kind) => {
    const [document] = loadAllYaml(readFileSync(mixin, 'utf8'))
    const all = ruleSchema.parse(document).spec.groups.flatMap(({ rules }) => rules)
    expect(all.map(({ alert }) => alert)).toContain(alertname)
    expect(resolveLabels({ alertname, ...labels }, 'test')).toMatchObject({ resource: { kind } })
  })
})
