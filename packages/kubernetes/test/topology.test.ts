import { simulatedCluster } from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { kubernetes } from '../src/index.ts'
import { badRollout, checkout, context, integrationOn, podResource, podsOf, resourceAt } from './scene.ts'

function topologyOf(integration: ReturnType<typeof kubernetes>) {
  const [topology] = integration.topology ?? []
  if (topology === undefined) throw new Error('no topology')
  return topology
}

test('walks from a pod to the topmost controller, with the labels that policies may read', async () => {
  const cluster = badRollout()
  const [pod] = podsOf(cluster)
  if (pod === undefined) throw new Error('no pod')
  const { uid: _, ...named } = podResource(pod)
  const owners = await topologyOf(integrationOn(cluster)).owners(named, context)
  expect(owners?.map(({ kind, labels }) => [kind, labels['app']])).toEqual([
    ['ReplicaSet', 'checkout'],
    ['Deployment', 'checkout'],
  ])
  expect(owners?.at(-1)).toMatchObject(resourceAt())
})

test('nothing owns a Deployment of nobody', async () => {
  expect(await topologyOf(integrationOn(badRollout())).owners(resourceAt(), context)).toEqual([])
})

test('names a controller of a kind that it cannot read, and stops there', async () => {
  const cluster = simulatedCluster()
  const owner = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'checkout', uid: 'r1', controller: true }
  cluster.apply(checkout('shop/checkout:v1', {}, { ownerReferences: [owner] }))
  const owners = await topologyOf(integrationOn(cluster)).owners(resourceAt(), context)
  const { controller: _, ...named } = owner
  expect(owners).toEqual([{ cluster: 'test', namespace: 'shop', ...named, labels: {} }])
})

test('does not know what is gone, what has another UID, what is elsewhere, and kinds of others', async () => {
  const cluster = badRollout()
  const topology = topologyOf(integrationOn(cluster, { namespaces: ['shop'] }))
  for (const resource of [
    { ...resourceAt(), name: 'nobody' },
    resourceAt('another-uid'),
    { ...resourceAt(), cluster: 'another' },
    { ...resourceAt(), namespace: 'other' },
    { ...resourceAt(), apiVersion: 'shop/v1', kind: 'Queue' },
  ]) {
    expect(await topology.owners(resource, context)).toBeUndefined()
  }
})

test('a failing API server is an error, not an answer', async () => {
  const cluster = badRollout()
  cluster.inject({ fault: 503, times: 10 })
  await expect(topologyOf(integrationOn(cluster)).owners(resourceAt(), context)).rejects.toMatchObject({ status: 503 })
})

test.each([
  [{ clutser: 'x' }, 'clutser'],
  [{ namespaces: [] }, 'namespaces'],
  [{ read: 'prod' }, 'read'],
  [{ digestKey: 'short' }, 'digestKey'],
])('the option in %j is refused by name', (options, path) => {
  expect(() => kubernetes(options as object)).toThrow(expect.objectContaining({ code: 'config', path }))
})
