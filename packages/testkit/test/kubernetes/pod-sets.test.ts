import { describe, expect, test } from 'vitest'
import { type SimulatedCluster, type SimulatedObject, simulatedCluster } from '../../src/index.ts'

function podSet(kind: 'StatefulSet' | 'DaemonSet', image: string, spec: object = {}) {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'db', namespace: 'shop' },
    spec: {
      selector: { matchLabels: { app: 'db' } },
      template: { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'app', image }] } },
      ...spec,
    },
  }
}

const pods = (cluster: SimulatedCluster) => cluster.all('v1', 'Pod', 'shop')
const names = (cluster: SimulatedCluster) => pods(cluster).map(({ metadata }) => metadata.name)
const images = (cluster: SimulatedCluster) =>
  pods(cluster).map((pod) => (pod['spec'] as { containers: { image: string }[] }).containers[0]?.image)
const statusOf = (cluster: SimulatedCluster, kind: string): SimulatedObject['status'] =>
  cluster.find({ apiVersion: 'apps/v1', kind, namespace: 'shop', name: 'db' })?.['status']

describe('a StatefulSet', () => {
  function running(replicas = 3) {
    const cluster = simulatedCluster()
    cluster.apply(podSet('StatefulSet', 'shop/db:v1', { replicas }))
    cluster.settle()
    return cluster
  }

  test('has pods with ordinals, and says so in its status', () => {
    const cluster = running()
    expect(names(cluster)).toEqual(['db-0', 'db-1', 'db-2'])
    expect(statusOf(cluster, 'StatefulSet')).toMatchObject({ replicas: 3, readyReplicas: 3, updatedReplicas: 3 })
  })

  test('replaces every pod, from the highest ordinal down, when its template changes', () => {
    const cluster = running()
    cluster.apply(podSet('StatefulSet', 'shop/db:v2', { replicas: 3 }))
    const order: string[] = []
    for (let turn = 0; turn < 400 && images(cluster).includes('shop/db:v1'); turn += 1) {
      cluster.tick(100)
      for (const pod of pods(cluster)) {
        const { name, deletionTimestamp } = pod.metadata
        if (deletionTimestamp !== undefined && !order.includes(name)) order.push(name)
      }
    }
    cluster.settle()
    expect(order).toEqual(['db-2', 'db-1', 'db-0'])
    expect(images(cluster)).toEqual(['shop/db:v2', 'shop/db:v2', 'shop/db:v2'])
    expect(statusOf(cluster, 'StatefulSet')).toMatchObject({ updatedReplicas: 3, availableReplicas: 3 })
  })

  test('stops at a pod that never gets ready', () => {
    const cluster = running()
    cluster.image('shop/db:v2', { behaviour: 'crash' })
    cluster.apply(podSet('StatefulSet', 'shop/db:v2', { replicas: 3 }))
    cluster.settle()
    expect(images(cluster)).toEqual(['shop/db:v1', 'shop/db:v1', 'shop/db:v2'])
  })

  test('follows its number of replicas, the highest ordinals first to go', () => {
    const cluster = running()
    cluster.apply(podSet('StatefulSet', 'shop/db:v1', { replicas: 1 }))
    cluster.settle()
    expect(names(cluster)).toEqual(['db-0'])
    expect(statusOf(cluster, 'StatefulSet')).toMatchObject({ replicas: 1 })
  })

  test('leaves its pods alone on a change when they are replaced only on deletion, and takes them along when it goes', () => {
    const cluster = running(1)
    cluster.apply(podSet('StatefulSet', 'shop/db:v2', { replicas: 1, updateStrategy: { type: 'OnDelete' } }))
    cluster.settle()
    expect(images(cluster)).toEqual(['shop/db:v1'])
    cluster.remove({ apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'shop', name: 'db' })
    cluster.settle()
    expect(pods(cluster)).toEqual([])
  })
})

test('a DaemonSet has a pod per node, replaces them when its template changes, and counts them', () => {
  const cluster = simulatedCluster()
  cluster.apply(podSet('DaemonSet', 'shop/agent:v1'))
  cluster.settle()
  expect(images(cluster)).toEqual(['shop/agent:v1', 'shop/agent:v1', 'shop/agent:v1'])
  cluster.apply(podSet('DaemonSet', 'shop/agent:v2'))
  cluster.settle()
  expect(images(cluster)).toEqual(['shop/agent:v2', 'shop/agent:v2', 'shop/agent:v2'])
  expect(statusOf(cluster, 'DaemonSet')).toMatchObject({
    desiredNumberScheduled: 3,
    updatedNumberScheduled: 3,
    numberReady: 3,
  })
})

describe('an autoscaler', () => {
  function bounded(kind: 'StatefulSet' | 'DaemonSet') {
    const cluster = simulatedCluster()
    cluster.apply(podSet(kind, 'shop/db:v1', kind === 'StatefulSet' ? { replicas: 1 } : {}))
    cluster.settle()
    cluster.apply({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'db', namespace: 'shop' },
      spec: { minReplicas: 2, maxReplicas: 4, scaleTargetRef: { apiVersion: 'apps/v1', kind, name: 'db' } },
    })
    cluster.settle()
    return cluster.find({ apiVersion: 'apps/v1', kind, namespace: 'shop', name: 'db' })
  }

  test('brings a workload within its bounds', () => {
    expect(bounded('StatefulSet')?.['spec']).toMatchObject({ replicas: 2 })
  })

  test('leaves alone what has no replicas', () => {
    const set = bounded('DaemonSet')
    expect(set?.['spec']).not.toHaveProperty('replicas')
    expect(set?.metadata.generation).toBe(1)
  })
})
