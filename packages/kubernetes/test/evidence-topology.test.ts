import type { Fact, Reading, Resource } from '@mendkit/core'
import { type SimulatedCluster, simulatedCluster } from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { type KubernetesOptions, kubernetes } from '../src/index.ts'
import { badRollout, checkout, context, healthy, integrationOn, podsOf } from './scene.ts'

const input = { kind: 'Deployment', namespace: 'shop', name: 'checkout' }

async function topologyOf(cluster: SimulatedCluster, given = input, more: KubernetesOptions = {}): Promise<Reading> {
  const [source] = integrationOn(cluster, more).evidence ?? []
  const tool = source?.tools.find(({ name }) => name === 'kubernetes.topology')
  if (tool === undefined) throw new Error('no such tool')
  return tool.read(given, context)
}

/** Values of facts of one name about objects of one kind, in order. */
function values({ facts }: Reading, kind: string, name: string): readonly Fact['value'][] {
  return facts.filter((fact) => fact.resource?.kind === kind && fact.name === name).map(({ value }) => value)
}

const keyOf = ({ kind, name }: Resource) => `${kind} ${name}`

test('tells which objects belong together from the workload down to its nodes, and how they are', async () => {
  const cluster = badRollout()
  const reading = await topologyOf(cluster)
  expect(reading.resource).toMatchObject({ kind: 'Deployment', name: 'checkout' })
  expect(values(reading, 'Deployment', 'topology.pods')).toEqual([4])
  expect(values(reading, 'Deployment', 'topology.pods-wanted')).toEqual([3])
  expect(values(reading, 'Deployment', 'topology.pods-ready')).toEqual([3])
  expect(values(reading, 'ReplicaSet', 'topology.controlled-by')).toEqual([
    'Deployment shop/checkout',
    'Deployment shop/checkout',
  ])
  expect(values(reading, 'ReplicaSet', 'topology.newest-revision')).toEqual([true, false])
  expect(values(reading, 'ReplicaSet', 'topology.pods-ready')).toEqual([0, 3])
  expect(values(reading, 'Pod', 'topology.pod')).toEqual(['crash-looping', 'ready', 'ready', 'ready'])
  const sets = cluster.all('apps/v1', 'ReplicaSet', 'shop').map(({ metadata }) => `ReplicaSet shop/${metadata.name}`)
  expect(new Set(values(reading, 'Pod', 'topology.controlled-by'))).toEqual(new Set(sets))
  const nodes = reading.facts.flatMap(({ resource }) => (resource?.kind === 'Node' ? [resource.name] : []))
  expect(new Set(values(reading, 'Pod', 'topology.runs-on'))).toEqual(new Set(nodes))
  const here = values(reading, 'Node', 'topology.pods-on-node').map(Number)
  expect(here.reduce((sum, count) => sum + count, 0)).toBe(4)
})

test('leaves out ReplicaSets that have no pods any more', async () => {
  const cluster = healthy()
  cluster.apply(checkout('shop/checkout:v2'))
  cluster.settle()
  const reading = await topologyOf(cluster)
  expect(cluster.all('apps/v1', 'ReplicaSet', 'shop')).toHaveLength(2)
  expect(values(reading, 'ReplicaSet', 'topology.newest-revision')).toEqual([true])
})

test('is the same around a pod, its ReplicaSet and its Deployment', async () => {
  const cluster = badRollout()
  const whole = await topologyOf(cluster)
  const [pod] = podsOf(cluster)
  const owner = pod?.metadata.ownerReferences?.[0]
  const named = [
    { ...input, kind: 'Pod', name: String(pod?.metadata.name) },
    { ...input, kind: 'ReplicaSet', name: String(owner?.name) },
  ]
  for (const each of named) expect(await topologyOf(cluster, each)).toEqual(whole)
})

test('is a pod and its node where nobody controls it', async () => {
  const cluster = simulatedCluster()
  cluster.apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'alone', namespace: 'shop' },
    spec: { containers: [{ name: 'app', image: 'shop/alone:v1' }] },
  })
  cluster.settle()
  const reading = await topologyOf(cluster, { ...input, kind: 'Pod', name: 'alone' })
  expect(reading.facts.map(({ name }) => name)).toEqual([
    'topology.pod',
    'topology.runs-on',
    'topology.pods-on-node',
    'topology.pods-ready-on-node',
  ])
})

test('reads nodes only with the option nodes, and names a controller that it cannot read', async () => {
  const cluster = healthy()
  const owner = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'all', uid: 'r1', controller: true }
  cluster.apply(checkout('shop/checkout:v1', {}, { ownerReferences: [owner] }))
  const without = await topologyOf(cluster)
  expect(values(without, 'Node', 'topology.node-ready')).toEqual([])
  expect(values(without, 'Deployment', 'topology.controlled-by')).toEqual(['Rollout shop/all'])
  const [node] = without.facts.flatMap(({ resource }) => (resource?.kind === 'Node' ? [resource.name] : []))
  cluster.report(
    { apiVersion: 'v1', kind: 'Node', name: String(node) },
    { conditions: [{ type: 'Ready', status: 'False', reason: 'KubeletNotReady' }] },
  )
  const reading = await topologyOf(cluster, input, { nodes: true })
  const about = reading.facts.find(({ name, value }) => name === 'topology.node-ready' && value === false)?.resource
  expect(about && keyOf(about)).toBe(`Node ${node}`)
})

test('has a bound, tells of what is not ready first, and says what is left out', async () => {
  const cluster = simulatedCluster()
  cluster.apply(checkout('shop/checkout:v1', { replicas: 60 }))
  cluster.settle()
  const broken = podsOf(cluster).at(-1)?.metadata.name ?? ''
  cluster.breakPod({ namespace: 'shop', name: broken }, 'not-ready')
  cluster.settle()
  const reading = await topologyOf(cluster)
  expect(values(reading, 'Pod', 'topology.pod')).toHaveLength(20)
  expect(reading.facts.find(({ name }) => name === 'topology.pod')?.resource?.name).toBe(broken)
  expect(values(reading, 'Deployment', 'topology.pods')).toEqual([60])
  expect(reading.facts.length).toBeLessThan(110)
  expect(reading.warnings).toContain('only 20 of 60 pods are told one by one')
})

test('is gathered for whatever workload or pod an incident is about', async () => {
  const cluster = healthy()
  const [source] = kubernetes({ cluster: 'test', read: cluster }).evidence ?? []
  for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Pod']) {
    const apiVersion = kind === 'Pod' ? 'v1' : 'apps/v1'
    const resource = { cluster: 'test', apiVersion, kind, namespace: 'shop', name: 'checkout' }
    const incident = { tenant: 'default', id: 'inc_1', cluster: 'test', phase: 'diagnosing' as const, title: 'x' }
    const requests = await source?.gather({ ...incident, openedAt: 0, relapses: 0, resource }, [], context)
    expect(requests?.map(({ tool }) => tool)).toContain('kubernetes.topology')
  }
})
