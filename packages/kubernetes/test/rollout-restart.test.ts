import { expect, test } from 'vitest'
import { podSet } from './catalogue-cases.ts'
import { diagnose } from './diagnose.ts'
import {
  actionOf,
  askFor,
  checkout,
  context,
  effectOf,
  healthOf,
  healthy,
  incidentAt,
  integrationOn,
  podsOf,
  resourceAt,
  symptomOf,
} from './scene.ts'

const TYPE = 'kubernetes.rollout-restart'

test('replaces every pod by one of the same template, and the workload is healthy again', async () => {
  const cluster = healthy()
  const action = actionOf(TYPE, integrationOn(cluster))
  const before = podsOf(cluster).map(({ metadata }) => metadata.uid)
  const input = askFor(cluster, {})
  const shown = await action.preview(input, context)
  expect(shown).toMatchObject({ before: { restartedAt: null }, after: { restartedAt: '2026-01-01T00:00:01Z' } })
  expect(shown.diff).toMatch(/every pod of Deployment checkout is replaced, with 2026-01-01T00:00:\d\dZ as its mark/)
  expect(shown.risk).toBeUndefined()
  await action.execute(effectOf(input, shown), context)
  expect((await healthOf(cluster))?.verdict).toBe('unknown')
  cluster.settle()
  expect((await healthOf(cluster))?.verdict).toBe('good')
  const after = podsOf(cluster).map(({ metadata }) => metadata.uid)
  expect(after).toHaveLength(3)
  expect(after.filter((uid) => before.includes(uid))).toEqual([])
})

test('a restart whose pods fail is known as ours and is not rolled back as if somebody had deployed', async () => {
  const cluster = healthy()
  cluster.tick(60_000)
  cluster.image('shop/checkout:v1', { behaviour: 'crash' })
  const integration = integrationOn(cluster)
  const action = actionOf(TYPE, integration)
  const input = askFor(cluster, {})
  await action.execute(effectOf(input, await action.preview(input, context)), context)
  cluster.settle()
  const [finding] = await diagnose(integration, incidentAt(cluster.now()), [symptomOf(resourceAt())])
  expect(finding).toMatchObject({ cause: 'rollback-did-not-help', handOver: true })
  // Somebody else's rollout is theirs, although our mark is still on the Deployment.
  cluster.image('shop/checkout:v2', { behaviour: 'crash' })
  cluster.apply(checkout('shop/checkout:v2'))
  cluster.settle()
  const [other] = await diagnose(integration, incidentAt(cluster.now()), [symptomOf(resourceAt())])
  expect(other?.cause).toBe('bad-rollout')
})

test('a StatefulSet is of high risk and in doubt; it and a DaemonSet miss as many pods at once as they permit', async () => {
  const cluster = healthy()
  cluster.apply(podSet('StatefulSet', 'shop/checkout:v1'))
  cluster.apply(
    podSet('DaemonSet', 'shop/checkout:v1', { updateStrategy: { rollingUpdate: { maxUnavailable: '100%' } } }),
  )
  cluster.settle()
  const shownOn = (kind: string) =>
    actionOf(TYPE, integrationOn(cluster)).preview(askFor(cluster, {}, { ...resourceAt(), kind }), context)
  expect(await shownOn('StatefulSet')).toMatchObject({
    risk: 'high',
    doubts: ['stateful'],
    blastRadius: { replicas: 1 },
  })
  expect(await shownOn('DaemonSet')).toMatchObject({ doubts: [], blastRadius: { replicas: 3 } })
  cluster.apply(
    podSet('DaemonSet', 'shop/checkout:v1', { updateStrategy: { rollingUpdate: { maxUnavailable: '34%' } } }),
  )
  // Other than a Deployment it rounds up.
  expect(await shownOn('DaemonSet')).toMatchObject({ blastRadius: { replicas: 2 } })
})

test.each([
  ['a paused Deployment', checkout('shop/checkout:v1', { paused: true }), /the Deployment is paused/],
  [
    'a StatefulSet that waits for deletions',
    podSet('StatefulSet', 'shop/checkout:v1', { updateStrategy: { type: 'OnDelete' } }),
    /only when somebody deletes them/,
  ],
])('is refused on %s', async (_, manifest, because) => {
  const cluster = healthy()
  cluster.apply(manifest)
  cluster.settle()
  const target = { ...resourceAt(), kind: manifest.kind }
  const shown = await actionOf(TYPE, integrationOn(cluster)).preview(askFor(cluster, {}, target), context)
  expect(shown).toMatchObject({ refused: expect.stringMatching(because), dryRun: 'none' })
})

test('approval binds what is paused and how pods are replaced, but no status', async () => {
  const cluster = healthy()
  const action = actionOf(TYPE, integrationOn(cluster))
  const input = askFor(cluster, {})
  const first = await action.preview(input, context)
  cluster.apply(checkout('shop/checkout:v1', { replicas: 5 }))
  cluster.settle()
  expect((await action.preview(input, context)).approvalFields).toEqual(first.approvalFields)
  cluster.apply(checkout('shop/checkout:v1', { strategy: { type: 'Recreate' } }))
  cluster.settle()
  expect((await action.preview(input, context)).approvalFields).not.toEqual(first.approvalFields)
})
