import { expect, test } from 'vitest'
import { autoscaler } from './catalogue-cases.ts'
import {
  actionOf,
  askFor,
  checkout,
  context,
  deployment,
  effectOf,
  healthy,
  incidentAt,
  integrationOn,
  resourceAt,
} from './scene.ts'

const TYPE = 'kubernetes.set-autoscaler-bounds'
const target = { ...resourceAt(), apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' }

function sceneOf(min: number, max: number, cluster = healthy()) {
  cluster.apply(autoscaler({ minReplicas: 2, maxReplicas: 4 }))
  cluster.settle()
  const integration = integrationOn(cluster)
  const action = actionOf(TYPE, integration)
  const input = askFor(cluster, { min, max }, target)
  return { cluster, integration, action, input, preview: () => action.preview(input, context) }
}

test.each([
  ['raising the upper bound', 2, 9, 5],
  ['a lower bound that forces pods up', 4, 4, 1],
  ['an upper bound that forces pods down', 1, 1, 2],
  ['a lower bound that lets pods go', 1, 4, 1],
])('%s: the blast radius is what the autoscaler may add or take', async (_, min, max, replicas) => {
  const { cluster, preview } = sceneOf(min, max)
  const { uid } = cluster.find(deployment)?.metadata ?? {}
  const shown = await preview()
  expect(shown.blastRadius).toMatchObject({ replicas })
  expect(shown.blastRadius?.resources.map(({ kind }) => kind)).toEqual(['HorizontalPodAutoscaler', 'Deployment'])
  expect(shown.lockKeys?.[0]).toContain('Deployment')
  expect(shown.blastRadius?.resources[1]?.uid).toBe(uid)
  expect(shown.diff).toContain('it scales Deployment checkout')
})

test('changes both bounds at once, the workload follows, and its health is that of the workload', async () => {
  const { cluster, integration, action, input, preview } = sceneOf(5, 8)
  const effect = effectOf(input, await preview())
  await action.execute(effect, context)
  const [check] = integration.checks ?? []
  const question = { incident: incidentAt(cluster.now()), target: effect.target, symptoms: [] }
  cluster.tick(50)
  expect((await check?.check(question, context))?.verdict).not.toBe('good')
  cluster.settle()
  expect(await check?.check(question, context)).toMatchObject({ verdict: 'good', measure: { value: 5 } })
  cluster.remove({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', namespace: 'shop', name: 'checkout' })
  expect((await check?.check(question, context))?.verdict).toBe('unknown')
})

test.each([
  [{ min: 0, max: 3 }, 'params.min'],
  [{ min: 3, max: 2 }, 'params.max'],
  [{ min: 3, max: 101 }, 'params.max'],
  [{ min: 2.5, max: 3 }, 'params.min'],
  [{ max: 3 }, 'params.min'],
])('refuses bounds that make no sense: %j', async (params, path) => {
  const { action, input } = sceneOf(2, 4)
  await expect(action.preview({ ...input, params }, context)).rejects.toMatchObject({ code: 'invalid', path })
})

test('hears what the owners of the scaled workload say, and is refused when that is gone or of a kind that is not known', async () => {
  const { cluster, preview } = sceneOf(3, 8)
  cluster.apply(checkout('shop/checkout:v1', {}, { annotations: { 'mendkit.dev/autonomy': 'approve' } }))
  expect((await preview()).autonomyLimit).toBe('approve')
  cluster.remove(deployment)
  expect((await preview()).refused).toMatch(/it scales Deployment checkout, which is gone/)
  const scaleTargetRef = { apiVersion: 'shop.example/v1', kind: 'Shop', name: 'big' }
  cluster.apply({ ...autoscaler({}), spec: { maxReplicas: 4, scaleTargetRef } })
  expect((await preview()).refused).toMatch(/it scales Shop big, which is no Deployment or StatefulSet/)
})

test('an autoscaler that another system made is refused, naming it', async () => {
  const { cluster, preview } = sceneOf(3, 8)
  const ownerReferences = [
    { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', name: 'checkout', uid: 'u', controller: true },
  ]
  cluster.apply(autoscaler({ minReplicas: 2, maxReplicas: 4 }, { ownerReferences }))
  expect((await preview()).refused).toMatch(/operator \(ScaledObject checkout\)/)
})
