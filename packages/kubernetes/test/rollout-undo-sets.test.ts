import { simulatedCluster } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { openScope } from '../src/options.ts'
import { rolloutMark } from '../src/template-change.ts'
import { podSet, revisionNumbered } from './catalogue-cases.ts'
import {
  actionOf,
  askFor,
  badRollout,
  context,
  effectOf,
  healthy,
  integrationOn,
  podsOf,
  replicaSetOf,
  resourceAt,
} from './scene.ts'

const TYPE = 'kubernetes.rollout-undo'
const KINDS = ['StatefulSet', 'DaemonSet'] as const
type Kind = (typeof KINDS)[number]

/** A set whose v1 was healthy and whose v2 behaves as told. */
function sceneOn(kind: Kind, spec: object = {}, behaviour: 'crash' | 'healthy' = 'crash') {
  const cluster = simulatedCluster()
  cluster.image('shop/checkout:v2', { behaviour })
  for (const image of ['shop/checkout:v1', 'shop/checkout:v2']) {
    cluster.apply(podSet(kind, image, spec))
    cluster.settle()
  }
  const reference = { apiVersion: 'apps/v1', kind, namespace: 'shop', name: 'checkout' }
  const revisions = () => cluster.all('apps/v1', 'ControllerRevision', 'shop')
  const action = actionOf(TYPE, integrationOn(cluster))
  const input = askFor(
    cluster,
    { controllerRevision: revisionNumbered(revisions(), 1) },
    { cluster: 'test', ...reference },
  )
  const image = () =>
    (cluster.find(reference) as unknown as { spec: { template: { spec: { containers: { image: string }[] } } } }).spec
      .template.spec.containers[0]?.image
  return { cluster, reference, revisions, action, input, image, preview: () => action.preview(input, context) }
}

describe.each(KINDS)('of a %s', (kind) => {
  test('the preview names the ControllerRevision and the digest of its template, and shows no secret', async () => {
    const { preview, revisions, input } = sceneOn(kind)
    const shown = await preview()
    const [first] = revisions().filter(({ metadata }) => metadata.uid === input.params['controllerRevision'])
    expect(shown.after).toEqual({
      controllerRevision: first?.metadata.uid,
      name: first?.metadata.name,
      template: expect.stringMatching(/^[0-9a-f]{16}$/),
    })
    expect(shown.diff).toContain('spec.template.spec.containers[app].image: "shop/checkout:v2" → "shop/checkout:v1"')
    expect(JSON.stringify(shown)).not.toMatch(/hunter2|\$patch/)
    expect(shown.dryRun).toBe('done')
  })

  test('pods of the revision that are ready are counted, and prove it', async () => {
    const { cluster, preview } = sceneOn(kind)
    expect((await preview()).doubts).not.toContain('readiness-of-target-unproven')
    for (const pod of podsOf(cluster)) {
      const own = pod.metadata.ownerReferences?.[0]?.kind === kind
      if (own) cluster.breakPod({ namespace: 'shop', name: pod.metadata.name }, 'not-ready')
    }
    cluster.settle()
    expect((await preview()).doubts).toContain('readiness-of-target-unproven')
    // Ready pods of another revision prove nothing.
    expect((await sceneOn(kind, {}, 'healthy').preview()).doubts).toContain('readiness-of-target-unproven')
  })

  test('it heals once its failing pods are gone', async () => {
    const { cluster, action, input, image, preview, reference } = sceneOn(kind)
    const effect = effectOf(input, await preview())
    await action.execute(effect, context)
    expect(await action.observe(effect, context)).toBe('applied')
    expect(image()).toBe('shop/checkout:v1')
    cluster.settle()
    for (const { metadata } of podsOf(cluster)) {
      const pod = cluster.find({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: metadata.name })
      const status = pod?.['status'] as { conditions?: { type: string; status: string }[] } | undefined
      const conditions = status?.conditions ?? []
      if (conditions.some(({ type, status: is }) => type === 'Ready' && is === 'False'))
        cluster.remove({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: metadata.name })
    }
    cluster.settle()
    const [check] = integrationOn(cluster).checks ?? []
    const question = { incident: input.incident, target: { cluster: 'test', ...reference, labels: {} }, symptoms: [] }
    expect(await check?.check(question, context)).toMatchObject({ verdict: 'good' })
  })

  test('the revision that is returned to becomes the newest, and is the same object', async () => {
    const { cluster, action, input, preview, revisions } = sceneOn(kind)
    await action.execute(effectOf(input, await preview()), context)
    cluster.settle()
    expect(revisions()).toHaveLength(2)
    expect(revisionNumbered(revisions(), 3)).toBe(input.params['controllerRevision'])
  })

  test('what is not its own revision is refused: gone, of another, of another form', async () => {
    const { cluster, action, input, preview, revisions } = sceneOn(kind)
    for (const params of [{ controllerRevision: 'nobody' }, { replicaSet: 'nobody' }]) {
      const shown = await action.preview({ ...input, params }, context)
      expect(shown.refused).toMatch(/ControllerRevision to return to is gone/)
    }
    const first = revisions().find(({ metadata }) => metadata.uid === input.params['controllerRevision'])
    const named = { name: String(first?.metadata.name), namespace: 'shop', labels: { app: 'checkout' } }
    cluster.apply({ apiVersion: 'apps/v1', kind: 'ControllerRevision', metadata: named, data: { opaque: 1 } })
    expect((await preview()).refused).toMatch(/is gone/)
  })

  test('a revision that changes after its preview is not rolled back to', async () => {
    const { cluster, action, input, preview, revisions } = sceneOn(kind)
    const effect = effectOf(input, await preview())
    const first = revisions().find(({ metadata }) => metadata.uid === input.params['controllerRevision'])
    const { name, labels = {} } = first?.metadata ?? { name: '' }
    const data = (first as unknown as { data: { spec: { template: { spec: object } } } }).data
    const template = { ...data.spec.template, spec: { containers: [{ name: 'app', image: 'evil:1' }] } }
    cluster.apply({
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: { name, namespace: 'shop', labels },
      revision: 1,
      data: { spec: { template } },
    })
    await expect(action.execute(effect, context)).rejects.toMatchObject({ code: 'rejected' })
    expect(cluster.effects()).toEqual([])
  })

  test('it is refused where pods are replaced only when somebody deletes them', async () => {
    const { preview } = sceneOn(kind, { updateStrategy: { type: 'OnDelete' } })
    expect((await preview()).refused).toMatch(/OnDelete/)
  })
})

test('a StatefulSet is a high risk, and the difference says what stops its way back', async () => {
  const shown = await sceneOn('StatefulSet').preview()
  expect(shown).toMatchObject({ risk: 'high', doubts: ['stateful'] })
  expect(shown.diff).toMatch(/waits for each pod to be ready/)
  const daemons = await sceneOn('DaemonSet').preview()
  expect(daemons.risk).toBeUndefined()
  expect(daemons.diff).not.toMatch(/waits for each pod/)
})

test('a Deployment returns to a ReplicaSet only', async () => {
  const cluster = badRollout()
  const controllerRevision = replicaSetOf(cluster, 1)
  const input = askFor(cluster, { controllerRevision }, resourceAt())
  const shown = await actionOf(TYPE, integrationOn(cluster)).preview(input, context)
  expect(shown.refused).toMatch(/ReplicaSet to return to is gone/)
})

test.each([[{}], [{ replicaSet: 'x', controllerRevision: 'y' }]])(
  'one revision must be named, and only one: %j',
  async (params) => {
    const cluster = healthy()
    const preview = actionOf(TYPE, integrationOn(cluster)).preview(askFor(cluster, params), context)
    await expect(preview).rejects.toMatchObject({ code: 'invalid', path: expect.stringContaining('replicaSet') })
  },
)

test('a template of a version that writes when it was created begins the same rollout', () => {
  const mark = rolloutMark(openScope({ cluster: 'test', read: simulatedCluster() }))
  const set = (metadata: object) => {
    const { template, ...spec } = podSet('StatefulSet', 'shop/checkout:v1')['spec'] as { template: object }
    const cluster = simulatedCluster()
    return mark(cluster.apply(podSet('StatefulSet', 'x:1', { ...spec, template: { ...template, metadata } })))
  }
  const labels = { app: 'checkout' }
  expect(set({ labels, creationTimestamp: null })).toBe(set({ labels }))
  expect(set({ labels, annotations: { a: 'b' } })).not.toBe(set({ labels }))
})
