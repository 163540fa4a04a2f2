import { simulatedCluster } from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { ownershipCases } from './ownership-cases.ts'
import { actionOf, askFor, checkout, context, deployment, integrationOn } from './scene.ts'

test.each(ownershipCases.map((each) => [each.who, each] as const))(
  'what is written by %s is told, and refused or warned of',
  async (_, { manager, operation = 'Update', metadata = {}, scaledBy, managedBy, refused, warning }) => {
    const cluster = simulatedCluster()
    const { labels = {}, annotations = {} } = metadata
    cluster.apply(checkout('shop/checkout:v1', {}, { labels: { app: 'checkout', ...labels }, annotations }))
    cluster.settle()
    // The simulated cluster knows names alone; these are the entries of a real one.
    const managedFields = [
      { manager, operation },
      { manager: 'kube-controller-manager', operation: 'Update', subresource: 'status' },
      ...(scaledBy === undefined ? [] : [{ manager: scaledBy, operation: 'Update', subresource: 'scale' }]),
    ]
    const get: typeof cluster.get = async (reference, ctx) => {
      const found = await cluster.get(reference, ctx)
      return found.kind === 'Deployment' ? { ...found, metadata: { ...found.metadata, managedFields } } : found
    }
    const action = actionOf('kubernetes.rollout-restart', integrationOn(cluster, { read: { ...cluster, get } }))
    const shown = await action.preview(askFor(cluster, {}), context)
    expect(shown.managedBy).toEqual(managedBy)
    expect(shown.refused ?? '').toMatch(refused ?? /^$/)
    const lines = shown.diff?.split('\n').filter((line) => line.includes('brings the old value back')) ?? []
    if (refused === undefined) expect(lines.join()).toMatch(warning ?? /^$/)
    expect(cluster.find(deployment)).toBeDefined()
  },
)

test('an entry of the managed fields that cannot be read names nobody', async () => {
  const cluster = simulatedCluster()
  cluster.apply(checkout('shop/checkout:v1'))
  cluster.settle()
  const get: typeof cluster.get = async (reference, ctx) => {
    const found = await cluster.get(reference, ctx)
    return { ...found, metadata: { ...found.metadata, managedFields: [null, 7, { manager: 7 }, { manager: 'helm' }] } }
  }
  const action = actionOf('kubernetes.rollout-restart', integrationOn(cluster, { read: { ...cluster, get } }))
  expect((await action.preview(askFor(cluster, {}), context)).managedBy).toEqual(['helm'])
})
