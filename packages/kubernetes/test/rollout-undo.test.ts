import { MendkitError } from '@mendkit/core'
import type { SimulatedCluster } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { FENCE_ANNOTATION } from '../src/annotations.ts'
import { failureOf, kubernetes } from '../src/index.ts'
import {
  actionOf,
  askFor,
  badRollout,
  checkout,
  context,
  deployment,
  effectOf,
  imageOf,
  integrationOn,
  replicaSetOf,
} from './scene.ts'

const TYPE = 'kubernetes.rollout-undo'

function sceneOn(cluster: SimulatedCluster, revision = 1) {
  const action = actionOf(TYPE, integrationOn(cluster))
  const input = askFor(cluster, { replicaSet: replicaSetOf(cluster, revision) })
  return { cluster, action, input, preview: () => action.preview(input, context) }
}

describe('the preview', () => {
  test('tries the rollback out and shows what would change, without values of the environment', async () => {
    const { cluster, preview } = sceneOn(badRollout())
    const shown = await preview()
    expect(shown).toMatchObject({ dryRun: 'done', doubts: [], managedBy: ['kubectl'] })
    expect(shown.refused).toBeUndefined()
    expect(shown.diff).toContain('spec.template.spec.containers[app].image: "shop/checkout:v2" → "shop/checkout:v1"')
    expect(shown.diff).toMatch(/env\[PASSWORD\]\.value: \(digest [0-9a-f]{16}\) → \(digest [0-9a-f]{16}\)/)
    expect(JSON.stringify(shown)).not.toContain('hunter2')
    expect(imageOf(cluster)).toBe('shop/checkout:v2')
    expect(cluster.effects()).toEqual([])
  })

  test('repeats itself, and says the same after the status, the size or our annotations have changed', async () => {
    const { cluster, preview } = sceneOn(badRollout())
    const first = await preview()
    expect(await preview()).toEqual(first)
    cluster.apply(checkout('shop/checkout:v2', { replicas: 5 }, { annotations: { [FENCE_ANNOTATION]: '3 x' } }))
    cluster.settle()
    const later = await preview()
    expect([later.approvalFields, later.diff, later.before, later.after]).toEqual([
      first.approvalFields,
      first.diff,
      first.before,
      first.after,
    ])
    expect(later.guard).not.toEqual(first.guard)
  })

  test('is another one when the template changes', async () => {
    const { cluster, preview } = sceneOn(badRollout())
    const first = await preview()
    cluster.apply(checkout('shop/checkout:v3'))
    cluster.settle()
    expect((await preview()).approvalFields).not.toEqual(first.approvalFields)
  })

  test('doubts a revision of which no pod is ready now', async () => {
    const { preview } = sceneOn(badRollout({ behaviour: 'crash' }, { strategy: { type: 'Recreate' } }))
    expect((await preview()).doubts).toEqual(['readiness-of-target-unproven'])
  })

  test('computes the difference itself without credentials that may act', async () => {
    const cluster = badRollout()
    const input = askFor(cluster, { replicaSet: replicaSetOf(cluster, 1) })
    const reader = cluster.as({
      name: 'reader',
      rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list'] }],
    })
    for (const integration of [integrationOn(cluster, { act: reader }), integrationOn(cluster, { read: reader })]) {
      const shown = await actionOf(TYPE, integration).preview(input, context)
      expect(shown.diff).toContain('"shop/checkout:v2" → "shop/checkout:v1"')
    }
    const shown = await actionOf(TYPE, integrationOn(cluster, { act: reader })).preview(input, context)
    expect(shown.dryRun).toBe('not-permitted')
  })

  test.each([
    ['paused', { spec: { paused: true } }, /paused/],
    ['of Argo CD', { metadata: { annotations: { 'argocd.argoproj.io/tracking-id': 'x' } } }, /argo-cd/],
    ['of Flux', { metadata: { labels: { app: 'checkout', 'kustomize.toolkit.fluxcd.io/name': 'x' } } }, /flux/],
  ])('refuses a Deployment that is %s', async (_, change, because) => {
    const { cluster, preview } = sceneOn(badRollout())
    const { spec = {}, metadata = {} } = change as { spec?: object; metadata?: object }
    cluster.apply(checkout('shop/checkout:v2', spec, metadata))
    cluster.settle()
    expect((await preview()).refused).toMatch(because)
  })

  test('refuses a Deployment that an operator controls', async () => {
    const { cluster, preview } = sceneOn(badRollout())
    const owner = { apiVersion: 'shop.example/v1', kind: 'Shop', name: 'shop', uid: 'u', controller: true }
    const operations = [{ op: 'add', path: '/metadata/ownerReferences', value: [owner] }] as const
    await cluster.patch(deployment, { type: 'json', operations }, {}, context)
    expect((await preview()).refused).toMatch(/operator/)
  })

  test('refuses a ReplicaSet that is gone, and the one that runs already', async () => {
    const { cluster, action, input, preview } = sceneOn(badRollout())
    const running = await action.preview({ ...input, params: { replicaSet: replicaSetOf(cluster, 2) } }, context)
    expect(running).toMatchObject({ alreadySo: true, dryRun: 'none' })
    expect(running.before).toEqual(running.after)
    const set = cluster.all('apps/v1', 'ReplicaSet').find((each) => each.metadata.uid === input.params['replicaSet'])
    cluster.remove({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace: 'shop', name: set?.metadata.name ?? '' })
    expect((await preview()).refused).toMatch(/gone/)
  })

  test.each(['kube-system', 'mendkit', 'elsewhere'])(
    'refuses namespace %s without looking at it',
    async (namespace) => {
      const cluster = badRollout()
      const action = actionOf(TYPE, integrationOn(cluster, { namespaces: ['shop', 'kube-system', 'mendkit'] }))
      const input = askFor(cluster, { replicaSet: 'x' })
      const before = cluster.requests().length
      const shown = await action.preview({ ...input, target: { ...input.target, namespace } }, context)
      expect(shown.refused).toContain(namespace)
      expect(cluster.requests()).toHaveLength(before)
    },
  )

  test.each([
    [{ 'mendkit.dev/autonomy': 'suggest' }, {}, 'suggest'],
    [{ 'mendkit.dev/autonomy': 'approve' }, { 'mendkit.dev/autonomy': 'off' }, 'off'],
    [{ 'mendkit.dev/autonomy': 'of course not' }, {}, 'off'],
    [{}, { 'mendkit.dev/autonomy': 'auto' }, undefined],
  ])('hears what owners say on workload %j and namespace %j', async (workload, namespace, limit) => {
    const { cluster, preview } = sceneOn(badRollout())
    cluster.apply(checkout('shop/checkout:v2', {}, { annotations: workload }))
    cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', annotations: namespace } })
    cluster.settle()
    expect((await preview()).autonomyLimit).toBe(limit)
  })

  test('does not take the rollout before for the one that somebody has begun, while that has no ReplicaSet yet', async () => {
    const recreate = { strategy: { type: 'Recreate' } }
    const { cluster, action, input, preview } = sceneOn(badRollout({ behaviour: 'crash' }, recreate))
    await action.execute(effectOf(input, await preview()), context)
    cluster.settle()
    cluster.apply(checkout('shop/checkout:v3', recreate))
    const isObserved = () => {
      const found = cluster.find(deployment)
      if (found === undefined) throw new Error('the Deployment is gone')
      return (found['status'] as { observedGeneration?: number }).observedGeneration === found.metadata.generation
    }
    // The controller has then seen the change, and waits for the last old pod before it makes a ReplicaSet.
    for (let ticks = 0; ticks < 1_000 && !isObserved(); ticks += 1) cluster.tick(1)
    expect(isObserved()).toBe(true)
    expect(cluster.all('apps/v1', 'ReplicaSet', 'shop').map((set) => JSON.stringify(set))).toEqual([
      expect.not.stringContaining(':v3'),
      expect.not.stringContaining(':v3'),
    ])
    expect(await preview()).toMatchObject({
      before: null,
      refused: 'the rollout of the Deployment has not begun yet',
    })
  })

  test('refuses a ReplicaSet that goes while it is looked at', async () => {
    const cluster = badRollout()
    const input = askFor(cluster, { replicaSet: replicaSetOf(cluster, 1) })
    let lists = 0
    const read = {
      ...cluster,
      async list(...request: Parameters<SimulatedCluster['list']>) {
        const found = await cluster.list(...request)
        lists += 1
        return lists === 1
          ? found
          : { ...found, items: found.items.filter(({ metadata }) => metadata.uid !== input.params['replicaSet']) }
      },
    }
    const shown = await actionOf(TYPE, integrationOn(cluster, { read })).preview(input, context)
    expect(shown).toMatchObject({ refused: expect.stringMatching(/is gone/), dryRun: 'none' })
  })

  test('asks a person where owners forbid rollbacks, on the workload or for the whole namespace', async () => {
    const forbidden = { annotations: { 'mendkit.dev/rollback': 'never' } }
    const { cluster, preview } = sceneOn(badRollout())
    expect((await preview()).autonomyLimit).toBeUndefined()
    cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', ...forbidden } })
    const shown = await preview()
    expect([shown.autonomyLimit, shown.refused]).toEqual(['approve', undefined])
    cluster.apply(checkout('shop/checkout:v2', {}, { annotations: { 'mendkit.dev/autonomy': 'off' } }))
    expect((await preview()).autonomyLimit).toBe('off')
  })

  test('says that the target is gone when another object has its name', async () => {
    const { cluster, action, input } = sceneOn(badRollout())
    const uid = cluster.find(deployment)?.metadata.uid ?? ''
    cluster.recreate(deployment)
    const again = { ...input, target: { ...input.target, uid } }
    await expect(action.preview(again, context)).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('the effect', () => {
  async function ready(cluster = badRollout()) {
    const { action, input, preview } = sceneOn(cluster)
    return { cluster, action, input, effect: effectOf(input, await preview()) }
  }

  test('is one patch that carries its execution, is seen, heals the workload and can be undone', async () => {
    const { cluster, action, effect, input } = await ready()
    expect(await action.observe(effect, context)).toBe('not-applied')
    await action.execute(effect, context)
    expect(await action.observe(effect, context)).toBe('applied')
    cluster.settle()
    expect(imageOf(cluster)).toBe('shop/checkout:v1')
    expect(cluster.find(deployment)?.['status']).toMatchObject({ availableReplicas: 3, updatedReplicas: 3 })
    expect(cluster.effects('exe_1')).toHaveLength(1)
    expect(cluster.effects()[0]?.changed).toContain('/spec/template/spec/containers')

    const fresh = await action.preview({ ...input, executionId: 'exe_2' }, context)
    expect(fresh.before).toEqual(effect.preview.after)
    const undo = effectOf({ ...input, executionId: 'exe_2' }, fresh)
    const swapped = {
      ...undo,
      preview: { ...undo.preview, before: effect.preview.after, after: effect.preview.before },
    }
    await action.execute(swapped, context)
    expect(imageOf(cluster)).toBe('shop/checkout:v2')
    expect(await action.observe(swapped, context)).toBe('applied')
    // The ReplicaSet that it led to still carries its mark.
    expect(await action.observe(effect, context)).toBe('applied')
  })

  test('does not happen when the Deployment has moved on in any way', async () => {
    for (const change of [{ replicas: 4 }, { paused: true }]) {
      const { cluster, action, effect } = await ready()
      cluster.apply(checkout('shop/checkout:v2', change))
      await expect(action.execute(effect, context)).rejects.toMatchObject({ code: 'conflict' })
      expect(cluster.effects()).toEqual([])
    }
  })

  test('is sent once, and tests the UID, the version and the old template', async () => {
    const { cluster, effect } = await ready()
    const sent: Parameters<SimulatedCluster['patch']>[] = []
    const watched = {
      ...cluster,
      patch: (...args: Parameters<SimulatedCluster['patch']>) => {
        sent.push(args)
        return cluster.patch(...args)
      },
    }
    const { uid, resourceVersion } = cluster.find(deployment)?.metadata ?? {}
    await actionOf(TYPE, integrationOn(cluster, { act: watched })).execute(effect, context)
    const [[, patch, options] = []] = sent
    expect(sent).toHaveLength(1)
    expect(options).toEqual({ executionId: 'exe_1' })
    expect(patch).toMatchObject({
      type: 'json',
      operations: [
        { op: 'test', path: '/metadata/uid', value: uid },
        { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
        { op: 'test', path: '/spec/template' },
        { op: 'replace', path: '/spec/template' },
        { op: 'add', path: '/metadata/annotations/mendkit.dev~1execution' },
      ],
    })
  })

  test('does not happen when the Deployment moves on between its last read and its patch', async () => {
    const { cluster, effect } = await ready()
    const overtaken = {
      ...cluster,
      patch: (...args: Parameters<SimulatedCluster['patch']>) => {
        cluster.apply(checkout('shop/checkout:v2', { replicas: 4 }))
        return cluster.patch(...args)
      },
    }
    const action = actionOf(TYPE, integrationOn(cluster, { act: overtaken }))
    await expect(action.execute(effect, context)).rejects.toMatchObject({ code: 'conflict' })
    expect(cluster.effects()).toEqual([])
  })

  test('does not happen to another Deployment of the same name', async () => {
    const { cluster, action, effect } = await ready()
    cluster.inject({ on: 'patch', fault: 'recreated' })
    await expect(action.execute(effect, context)).rejects.toMatchObject({ code: 'conflict' })
    expect(await action.observe(effect, context)).toBe('gone')
    expect(cluster.effects()).toEqual([])
  })

  test.each([
    [401, 'rejected'],
    [403, 'rejected'],
    [404, 'conflict'],
    [409, 'conflict'],
    [410, 'conflict'],
    [422, 'conflict'],
    [429, 'unavailable'],
  ] as const)('answers %s with %s when nothing happened', async (fault, code) => {
    const { cluster, action, effect } = await ready()
    cluster.inject({ on: 'patch', fault })
    const error = await action.execute(effect, context).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code })
    expect(failureOf(error)?.effect).toBe('none')
    expect(await action.observe(effect, context)).toBe('not-applied')
    expect(cluster.effects()).toEqual([])
  })

  test.each([429, 'refused'] as const)(
    'says after %s that nothing happened and that it may be sent again',
    async (fault) => {
      const { cluster, action, effect } = await ready()
      cluster.inject({ on: 'patch', fault, ...(fault === 429 && { retryAfterSeconds: 7 }) })
      const error = await action.execute(effect, context).catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code: 'unavailable', effect: 'none' })
      expect(MendkitError.is(error) && error.retryAfterMs).toBe(fault === 429 ? 7_000 : undefined)
    },
  )

  test.each([500, 503, 504, 'cut-before'] as const)('leaves the outcome open after %s', async (fault) => {
    const { cluster, action, effect } = await ready()
    cluster.inject({ on: 'patch', fault })
    const error = await action.execute(effect, context).catch((reason: unknown) => reason)
    expect(MendkitError.is(error, 'unavailable')).toBe(true)
    expect(failureOf(error)?.effect).toBe('unknown')
    expect(error).not.toHaveProperty('effect', 'none')
    expect(await action.observe(effect, context)).toBe('not-applied')
  })

  test('is found again when its answer was lost after it was carried out', async () => {
    const { cluster, action, effect } = await ready()
    cluster.inject({ on: 'patch', fault: 'cut-after' })
    const error = await action.execute(effect, context).catch((reason: unknown) => reason)
    expect(failureOf(error)?.effect).toBe('unknown')
    expect(await action.observe(effect, context)).toBe('applied')
    expect(cluster.effects('exe_1')).toHaveLength(1)
  })

  describe('of which the answer was lost', () => {
    async function lost(fault: 'cut-before' | 'cut-after') {
      const scene = await ready()
      scene.cluster.inject({ on: 'patch', fault })
      await expect(scene.action.execute(scene.effect, context)).rejects.toMatchObject({ code: 'unavailable' })
      return { ...scene, seen: () => scene.action.observe(scene.effect, context) }
    }
    /** Somebody replaces the whole Deployment, annotations and all. */
    const rewrite = (cluster: SimulatedCluster, image: string) => {
      const operations = [
        { op: 'replace', path: '/metadata/annotations', value: {} },
        { op: 'replace', path: '/spec/template/spec/containers/0/image', value: image },
      ] as const
      return cluster.patch(deployment, { type: 'json', operations }, {}, context)
    }

    test('is not called undone because a person has rewritten the Deployment right after it', async () => {
      const { cluster, seen } = await lost('cut-after')
      await rewrite(cluster, 'shop/checkout:v3')
      expect(await seen()).toBe('unknown')
    })

    test('is found on the ReplicaSet that it led to, whatever became of the Deployment', async () => {
      const { cluster, seen } = await lost('cut-after')
      cluster.settle()
      await rewrite(cluster, 'shop/checkout:v3')
      cluster.settle()
      expect(await seen()).toBe('applied')
    })

    test('has not happened when somebody wrote once and the mark is not there', async () => {
      const { cluster, seen } = await lost('cut-before')
      await rewrite(cluster, 'shop/checkout:v3')
      expect(await seen()).toBe('not-applied')
    })

    test('has not happened when our fence is there, whatever was written later', async () => {
      const { cluster, action, effect, seen } = await lost('cut-before')
      await action.invalidate?.(effect, context)
      for (const replicas of [4, 5, 6]) cluster.apply(checkout('shop/checkout:v2', { replicas }))
      expect(await seen()).toBe('not-applied')
      expect(await action.observe({ ...effect, fence: effect.fence + 1 }, context)).toBe('unknown')
    })

    test('cannot be told by a guard that does not know the generation, and is not guessed', async () => {
      const { action, effect, seen } = await lost('cut-before')
      const { generation: _, ...guard } = effect.preview.guard as { generation: number }
      const stored = { ...effect, preview: { ...effect.preview, guard } }
      expect(await seen()).toBe('not-applied')
      expect(await action.observe(stored, context)).toBe('unknown')
      await action.execute(stored, context)
      expect(await action.observe(stored, context)).toBe('applied')
      const odd = { ...effect, preview: { ...effect.preview, guard: { ...guard, more: 1 } } }
      await expect(action.execute(odd, context)).rejects.toMatchObject({ code: 'invalid', path: 'guard' })
    })
  })

  test('ends with the reason of an abort while it hangs', async () => {
    const { cluster, action, effect } = await ready()
    cluster.inject({ on: 'patch', fault: 'hang' })
    const stop = new AbortController()
    const running = action.execute(effect, { ...context, signal: stop.signal })
    const reason = new Error('enough')
    stop.abort(reason)
    await expect(running).rejects.toBe(reason)
  })

  test('cannot happen any more once its guard is invalid, and the fence is no effect', async () => {
    const { cluster, action, effect } = await ready()
    await action.invalidate?.(effect, context)
    expect(cluster.find(deployment)?.metadata.annotations?.[FENCE_ANNOTATION]).toBe('7 exe_1')
    await expect(action.execute(effect, context)).rejects.toMatchObject({ code: 'conflict' })
    expect(cluster.effects()).toEqual([])
    expect(cluster.requests().filter(({ did }) => did === 'fence')).toHaveLength(1)
  })

  test.each([409, 422] as const)(
    'is not taken to be fenced off because the fence was answered with %d',
    async (fault) => {
      const { cluster, action, effect } = await ready()
      cluster.inject({ on: 'patch', fault })
      await expect(action.invalidate?.(effect, context)).rejects.toMatchObject({ code: 'unavailable' })
      await action.invalidate?.(effect, context)
      await expect(action.execute(effect, context)).rejects.toMatchObject({ code: 'conflict' })
      expect(cluster.effects()).toEqual([])
    },
  )

  test('a guard that is void already needs no fence, and a target that is gone none either', async () => {
    const { cluster, action, effect } = await ready()
    cluster.apply(checkout('shop/checkout:v2', { replicas: 4 }))
    await action.invalidate?.(effect, context)
    cluster.remove(deployment)
    await action.invalidate?.(effect, context)
    expect(cluster.requests().filter(({ did }) => did !== 'nothing')).toEqual([])
    expect(await action.observe(effect, context)).toBe('gone')
  })

  test('leaves one Event on the Deployment, however often it is told', async () => {
    const { cluster, action, effect } = await ready()
    await action.execute(effect, context)
    await action.announce?.(effect, context)
    await action.announce?.(effect, context)
    const events = cluster.all('v1', 'Event', 'shop').filter((event) => event['reason'] === 'MendkitRolloutUndo')
    expect(events).toHaveLength(1)
    expect(events[0]?.['message']).toMatch(/ReplicaSet checkout-\w+ \(incident inc_1, execution exe_1\)/)
  })

  test('needs credentials to act, and says so', async () => {
    const { cluster, effect } = await ready()
    const blind = kubernetes({ cluster: 'test', read: cluster })
    await expect(actionOf(TYPE, blind).execute(effect, context)).rejects.toMatchObject({ code: 'config' })
  })
})
