import { expect, test } from 'vitest'
import { autoscaler, catalogueCases, played, podSet } from './catalogue-cases.ts'
import { actionOf, askFor, context, deployment, effectOf, healthy, integrationOn, resourceAt } from './scene.ts'

const TYPE = 'kubernetes.scale'

function sceneOf(replicas: number, cluster = healthy(), kind = 'Deployment') {
  const action = actionOf(TYPE, integrationOn(cluster))
  const input = askFor(cluster, { replicas }, { ...resourceAt(), kind })
  return { cluster, action, input, preview: () => action.preview(input, context) }
}

const replicasIn = (cluster: ReturnType<typeof healthy>) => {
  const { replicas } = (cluster.find(deployment)?.['spec'] ?? {}) as { replicas?: number }
  return replicas
}

test.each([
  [4, 'low', 1, '1 more'],
  [2, 'low', 1, '1 fewer'],
  [6, 'medium', 3, '3 more'],
  [1, 'medium', 2, '2 fewer'],
  [0, 'high', 3, '3 fewer (none is left)'],
])('from 3 to %i replicas: risk, blast radius and words', async (replicas, risk, radius, words) => {
  const shown = await sceneOf(replicas).preview()
  expect(shown).toMatchObject({ risk, blastRadius: { replicas: radius }, before: { replicas: 3 }, after: { replicas } })
  expect(shown.diff?.split('\n').slice(0, 2)).toEqual([`spec.replicas: 3 → ${replicas}`, words])
})

test('a StatefulSet that gets smaller is of high risk and in doubt, one that grows is not', async () => {
  const cluster = healthy()
  cluster.apply(podSet('StatefulSet', 'shop/checkout:v1'))
  cluster.settle()
  expect(await sceneOf(1, cluster, 'StatefulSet').preview()).toMatchObject({ risk: 'high', doubts: ['stateful'] })
  expect(await sceneOf(3, cluster, 'StatefulSet').preview()).toMatchObject({ risk: 'low', doubts: [] })
})

test('is refused where an autoscaler keeps the number, naming it, its bounds and what to do instead', async () => {
  const { cluster, preview, input } = sceneOf(8)
  cluster.apply(autoscaler({ minReplicas: 2, maxReplicas: 5 }))
  expect((await preview()).refused).toMatch(
    /HorizontalPodAutoscaler checkout keeps it between 2 and 5 replicas .* kubernetes\.set-autoscaler-bounds/,
  )
  // The autoscaler of something else is no hindrance.
  const other = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'checkout' }
  cluster.apply({ ...autoscaler({ maxReplicas: 5 }), spec: { maxReplicas: 5, scaleTargetRef: other } })
  expect((await preview()).refused).toBeUndefined()
  const rules = [{ apiGroups: ['*'], resources: ['deployments', 'namespaces'], verbs: ['get'] }]
  const reader = cluster.as({ name: 'reader', rules })
  const blind = actionOf(TYPE, integrationOn(cluster, { read: reader }))
  expect((await blind.preview(input, context)).doubts).toContain('autoscaler-unreadable')
})

test('asks for no more than the option permits, but goes back to what was', async () => {
  const { cluster, action, input } = sceneOf(2)
  const narrow = actionOf(TYPE, integrationOn(cluster, { maxReplicas: 2 }))
  const refused = { ...input, params: { replicas: 3 } }
  await expect(narrow.preview(refused, context)).rejects.toMatchObject({ code: 'invalid', path: 'params.replicas' })
  const effect = effectOf(input, await narrow.preview(input, context))
  await narrow.execute(effect, context)
  const again = { ...input, executionId: 'exe_2' }
  const back = effectOf(again, await action.preview(again, context))
  const { before, after } = effect.preview
  await narrow.execute({ ...back, preview: { ...back.preview, before: after, after: before } }, context)
  expect(replicasIn(cluster)).toBe(3)
})

test('keeps saying which rollout was ours', async () => {
  const restart = catalogueCases.find(({ type }) => type === 'kubernetes.rollout-restart')
  if (restart === undefined) throw new Error('no case')
  const { cluster, action, effect, find } = played(restart)
  await action.execute(await effect(), context)
  cluster.settle()
  const mark = () => find()?.metadata.annotations?.['mendkit.dev/execution']?.split(' ')
  const [, rollout] = mark() ?? []
  const { action: scale, input, preview } = sceneOf(5, cluster)
  const asked = { ...effectOf(input, await preview()), executionId: 'exe_2' }
  await scale.execute(asked, context)
  expect(mark()).toEqual(['exe_2', rollout])
  expect(rollout).toMatch(/^template-/)
})
