import { resourceKey } from '@mendkit/core'
import { type Manifest, type SimulatedCluster, simulatedCluster } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { podSet } from './catalogue-cases.ts'
import { actionOf, askFor, checkout, context, effectOf, healthy, integrationOn, podResource, podsOf } from './scene.ts'

const TYPE = 'kubernetes.delete-pod'

function sceneOn(cluster: SimulatedCluster) {
  const action = actionOf(TYPE, integrationOn(cluster))
  const [pod] = podsOf(cluster)
  if (pod === undefined) throw new Error('no pod')
  const input = askFor(cluster, {}, podResource(pod))
  return { cluster, action, input, pod, preview: () => action.preview(input, context) }
}

function budget(spec: object, name = 'checkout'): Manifest {
  return { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name, namespace: 'shop' }, spec }
}

const selector = { matchLabels: { app: 'checkout' } }

function under(...budgets: readonly Manifest[]) {
  const scene = sceneOn(healthy())
  for (const each of budgets) scene.cluster.apply(each)
  scene.cluster.settle()
  return scene
}

describe('a disruption budget', () => {
  test('that has no headroom makes it a high risk, and is named; it stops nothing', async () => {
    const { cluster, action, input, preview, pod } = under(budget({ minAvailable: 3, selector }))
    const shown = await preview()
    expect(shown).toMatchObject({ risk: 'high', dryRun: 'done', doubts: [] })
    expect(shown.refused).toBeUndefined()
    expect(shown.diff).toMatch(
      /deleted; ReplicaSet .* makes another\npast the disruption budget checkout, whose headroom is 0/,
    )
    await action.execute(effectOf(input, shown), context)
    cluster.settle()
    expect(podsOf(cluster).map(({ metadata }) => metadata.uid)).not.toContain(pod.metadata.uid)
    expect(podsOf(cluster)).toHaveLength(3)
  })

  test('that has some leaves the risk as it is', async () => {
    const shown = await under(budget({ maxUnavailable: 1, selector })).preview()
    expect(shown.risk).toBeUndefined()
    expect(shown.diff).toMatch(/within the disruption budget checkout$/)
  })

  test.each([
    ['selects other pods', { matchLabels: { app: 'cart' } }, false],
    ['selects by an expression', { matchExpressions: [{ key: 'app', operator: 'In', values: ['checkout'] }] }, true],
    ['excludes it', { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['checkout'] }] }, false],
    ['wants a label to be there', { matchExpressions: [{ key: 'app', operator: 'Exists' }] }, true],
    ['wants a label not to be there', { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] }, false],
    ['selects everything', {}, true],
  ])('that %s', async (_, selected, covers) => {
    const shown = await under(budget({ minAvailable: 3, selector: selected })).preview()
    expect(shown.risk === 'high').toBe(covers)
  })

  test('is one of several: any that has no headroom counts', async () => {
    const { preview } = under(
      budget({ maxUnavailable: 1, selector }, 'wide'),
      budget({ minAvailable: 3, selector }, 'tight'),
    )
    const shown = await preview()
    expect(shown.risk).toBe('high')
    expect(shown.diff).toMatch(/past the disruption budget tight.*\nwithin the disruption budget wide/)
  })

  test('that nobody has counted yet, or that cannot be read, has no headroom', async () => {
    const { cluster, preview } = sceneOn(healthy())
    cluster.apply(budget({ maxUnavailable: 1, selector }))
    expect((await preview()).risk).toBe('high')
  })

  test('voids the approval when it loses its headroom, and not when another pod comes', async () => {
    const { cluster, preview } = under(budget({ minAvailable: 2, selector }))
    const first = await preview()
    expect(first.risk).toBeUndefined()
    cluster.apply(checkout('shop/checkout:v1', { replicas: 4 }))
    cluster.settle()
    const more = await preview()
    expect([more.approvalFields, more.diff]).toEqual([first.approvalFields, first.diff])
    cluster.apply(budget({ minAvailable: 4, selector }))
    cluster.settle()
    const less = await preview()
    expect(less.approvalFields).not.toEqual(first.approvalFields)
    expect(less.diff).not.toEqual(first.diff)
  })
})

test('where nobody may ask for budgets it is a high risk, with a doubt', async () => {
  const cluster = healthy()
  const rules = [{ apiGroups: ['*'], resources: ['pods', 'namespaces', 'deployments', 'replicasets'], verbs: ['get'] }]
  const read = cluster.as({ name: 'reader', rules })
  const [pod] = podsOf(cluster)
  if (pod === undefined) throw new Error('no pod')
  const action = actionOf(TYPE, integrationOn(cluster, { read }))
  const shown = await action.preview(askFor(cluster, {}, podResource(pod)), context)
  expect(shown).toMatchObject({ risk: 'high', doubts: ['budget-unreadable'] })
})

test('a pod that nobody would make again is refused', async () => {
  const { cluster, action, input } = sceneOn(healthy())
  const spec = { containers: [{ name: 'app', image: 'x:1' }] }
  const alone = cluster.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'alone', namespace: 'shop' }, spec })
  cluster.settle()
  const shown = await action.preview({ ...input, target: podResource(alone) }, context)
  expect(shown).toMatchObject({ refused: expect.stringMatching(/no controller/), dryRun: 'none' })
})

test('a pod of a StatefulSet is a high risk, and lets its rollback go on', async () => {
  const cluster = simulatedCluster()
  cluster.image('shop/checkout:v2', { behaviour: 'crash' })
  for (const image of ['shop/checkout:v1', 'shop/checkout:v2', 'shop/checkout:v1']) {
    cluster.apply(podSet('StatefulSet', image))
    cluster.settle()
  }
  const stuck = podsOf(cluster).find(({ metadata }) => metadata.name === 'checkout-1')
  if (stuck === undefined) throw new Error('no pod')
  const action = actionOf(TYPE, integrationOn(cluster))
  const input = askFor(cluster, {}, podResource(stuck))
  const shown = await action.preview(input, context)
  expect(shown).toMatchObject({ risk: 'high', doubts: ['stateful'] })
  await action.execute(effectOf(input, shown), context)
  cluster.settle()
  const set = cluster.find({ apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'shop', name: 'checkout' })
  expect(set?.['status']).toMatchObject({ readyReplicas: 2, updatedReplicas: 2 })
})

test('it locks its Deployment, is one deletion, cannot be undone, and nobody can tell whose it was', async () => {
  const { cluster, action, input, preview, pod } = sceneOn(healthy())
  const shown = await preview()
  expect(shown.lockKeys).toEqual([
    resourceKey({ cluster: 'test', apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'checkout' }),
    resourceKey(podResource(pod)),
  ])
  expect(action.undo).toMatchObject({ irreversible: expect.stringContaining('does not come back') })
  const effect = effectOf(input, shown)
  cluster.inject({ on: 'delete', fault: 'cut-after' })
  await expect(action.execute(effect, context)).rejects.toMatchObject({ code: 'unavailable' })
  expect(await action.observe(effect, context)).toBe('gone')
  expect(cluster.effects('exe_1').map(({ verb }) => verb)).toEqual(['delete'])
})
