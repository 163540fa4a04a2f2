import { resourceKey } from '@mendkit/core'
import { type SimulatedCluster, type SimulatedObject, simulatedCluster } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { FENCE_ANNOTATION } from '../src/annotations.ts'
import { podSet } from './catalogue-cases.ts'
import {
  actionOf,
  askFor,
  checkout,
  context,
  effectOf,
  healthy,
  integrationOn,
  podResource,
  podsOf,
  resourceAt,
} from './scene.ts'

const TYPE = 'kubernetes.evict-pod'

/** Three pods, of which the first has wedged. */
function wedged(): SimulatedCluster {
  const cluster = simulatedCluster()
  cluster.apply(checkout('shop/checkout:v1'))
  cluster.settle()
  cluster.breakPod({ namespace: 'shop', name: podsOf(cluster)[0]?.metadata.name ?? '' }, 'not-ready')
  cluster.settle()
  return cluster
}

function sceneOn(cluster: SimulatedCluster) {
  const action = actionOf(TYPE, integrationOn(cluster))
  const [pod] = podsOf(cluster)
  if (pod === undefined) throw new Error('no pod')
  const input = askFor(cluster, {}, podResource(pod))
  return { cluster, action, input, pod, preview: () => action.preview(input, context) }
}

function budget(minAvailable: number) {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'checkout', namespace: 'shop' },
    spec: { minAvailable, selector: { matchLabels: { app: 'checkout' } } },
  }
}

function referenceOf({ metadata: { name } }: SimulatedObject) {
  return { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name }
}

/** The pod after somebody has written to it. */
function movedOn(cluster: SimulatedCluster, pod: SimulatedObject, label: string): SimulatedObject {
  const { name, labels = {} } = cluster.find(referenceOf(pod))?.metadata ?? pod.metadata
  return cluster.apply({ ...pod, metadata: { name, namespace: 'shop', labels: { ...labels, [label]: 'yes' } } })
}

describe('the preview', () => {
  test('tries the eviction out, and locks the pod and its Deployment', async () => {
    const { cluster, preview, pod } = sceneOn(wedged())
    const shown = await preview()
    expect(shown).toMatchObject({ dryRun: 'done', doubts: [], blastRadius: { replicas: 1 } })
    expect(shown.refused).toBeUndefined()
    expect(shown.lockKeys).toEqual([resourceKey(resourceAt()), resourceKey(podResource(pod))])
    expect(shown.diff).toMatch(/^Pod checkout-\w+-\w+: evicted; ReplicaSet checkout-\w+ makes another$/)
    expect(podsOf(cluster)).toHaveLength(3)
    expect(cluster.effects()).toEqual([])
  })

  test('refuses when a disruption budget says no, and says which', async () => {
    const { cluster, preview } = sceneOn(wedged())
    cluster.apply(budget(3))
    expect((await preview()).refused).toMatch(/disruption budget.*checkout needs 3 healthy pods and has 2/)
  })

  test('refuses a pod that more than one disruption budget covers, for the API server evicts no such pod', async () => {
    const { cluster, preview } = sceneOn(healthy())
    cluster.apply(budget(1))
    cluster.apply({ ...budget(1), metadata: { name: 'second', namespace: 'shop' } })
    expect(await preview()).toMatchObject({ refused: expect.stringMatching(/disruption budget.*more than one/) })
  })

  test('refuses a pod that nobody would make again, one of its node, and one on its way out', async () => {
    const { cluster, action, input, preview, pod } = sceneOn(wedged())
    for (const [name, ownerReferences, because] of [
      ['alone', [], /no controller/],
      ['static', [{ apiVersion: 'v1', kind: 'Node', name: 'node-1', uid: 'n', controller: true }], /node/],
    ] as const) {
      const spec = { containers: [{ name: 'app', image: 'x:1' }] }
      const made = cluster.apply({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace: 'shop', ownerReferences },
        spec,
      })
      cluster.settle()
      expect((await action.preview({ ...input, target: podResource(made) }, context)).refused).toMatch(because)
    }
    await cluster.delete(
      { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: pod.metadata.name },
      { uid: pod.metadata.uid },
      {},
      context,
    )
    expect((await preview()).refused).toMatch(/on its way out/)
  })

  test('calls a pod of a StatefulSet a high risk', async () => {
    const { cluster, action, input } = sceneOn(wedged())
    const set = cluster.apply(podSet('StatefulSet', 'shop/checkout:v1'))
    cluster.settle()
    const made = podsOf(cluster).find((each) => each.metadata.ownerReferences?.[0]?.uid === set.metadata.uid)
    if (made === undefined) throw new Error('the StatefulSet has no pod')
    const shown = await action.preview({ ...input, target: podResource(made) }, context)
    expect([shown.risk, shown.doubts]).toEqual(['high', ['stateful']])
  })

  test('says that the pod is gone when it has been replaced', async () => {
    const { cluster, preview, pod } = sceneOn(wedged())
    cluster.remove({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: pod.metadata.name })
    await expect(preview()).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('the effect', () => {
  async function ready() {
    const { cluster, action, input, pod, preview } = sceneOn(wedged())
    return { cluster, action, pod, effect: effectOf(input, await preview()) }
  }

  test('is one eviction, is seen, and a healthy pod takes its place', async () => {
    const { cluster, action, effect, pod } = await ready()
    expect(await action.observe(effect, context)).toBe('not-applied')
    await action.execute(effect, context)
    expect(await action.observe(effect, context)).toBe('gone')
    cluster.settle()
    expect(podsOf(cluster).map((each) => each.metadata.uid)).not.toContain(pod.metadata.uid)
    expect(podsOf(cluster)).toHaveLength(3)
    expect(await action.observe(effect, context)).toBe('gone')
    expect(cluster.effects('exe_1').map(({ verb }) => verb)).toEqual(['evict'])
  })

  test('is rejected when a budget has come to forbid it, and nothing has happened', async () => {
    const { cluster, action, effect } = await ready()
    cluster.apply(budget(3))
    await expect(action.execute(effect, context)).rejects.toMatchObject({ code: 'rejected', status: 429 })
    expect(await action.observe(effect, context)).toBe('not-applied')
  })

  test('does not happen to a pod that has changed', async () => {
    const { cluster, action, effect, pod } = await ready()
    cluster.breakPod({ namespace: 'shop', name: pod.metadata.name }, 'healthy')
    cluster.settle()
    await expect(action.execute(effect, context)).rejects.toMatchObject({ code: 'conflict' })
    expect(podsOf(cluster).map((each) => each.metadata.uid)).toContain(pod.metadata.uid)
  })

  test.each(['cut-before', 'cut-after'] as const)(
    'is neither claimed nor denied when its answer was lost (%s) and the pod is gone',
    async (fault) => {
      const { cluster, action, effect, pod } = await ready()
      cluster.inject({ on: 'evict', fault })
      await expect(action.execute(effect, context)).rejects.toMatchObject({ code: 'unavailable' })
      // Somebody else deletes the pod; when our eviction came through, it is on its way out already.
      await cluster.delete(referenceOf(pod), { uid: pod.metadata.uid }, {}, context)
      expect(podsOf(cluster).find(({ metadata }) => metadata.uid === pod.metadata.uid)).toBeDefined()
      expect(await action.observe(effect, context)).toBe('gone')
      cluster.settle()
      expect(await action.observe(effect, context)).toBe('gone')
    },
  )

  test('cannot happen any more once an annotation on the pod has fenced it', async () => {
    const { cluster, action, effect } = await ready()
    await action.invalidate?.(effect, context)
    expect(podsOf(cluster)[0]?.metadata.annotations?.[FENCE_ANNOTATION]).toBe('7 exe_1')
    await expect(action.execute(effect, context)).rejects.toMatchObject({ code: 'conflict' })
    expect(cluster.effects()).toEqual([])
  })

  test('cannot happen any more when the fence comes between its two writes', async () => {
    const { cluster, action, effect, pod } = await ready()
    const { resourceVersion } = movedOn(cluster, pod, 'first-write').metadata
    await action.invalidate?.(effect, context)
    const second = cluster.delete(referenceOf(pod), { uid: pod.metadata.uid, resourceVersion }, {}, context)
    await expect(second).rejects.toMatchObject({ code: 'conflict' })
    expect(await action.observe(effect, context)).toBe('not-applied')
  })

  test('is fenced again when the kubelet was faster, and not for ever', async () => {
    const { cluster, effect, pod } = await ready()
    const overtaken = (times: number) => {
      let left = times
      const patch: SimulatedCluster['patch'] = (...args) => {
        left -= 1
        if (left >= 0) movedOn(cluster, pod, `kubelet-${times}-${left}`)
        return cluster.patch(...args)
      }
      return actionOf(TYPE, integrationOn(cluster, { act: { ...cluster, patch } }))
    }
    await overtaken(2).invalidate?.(effect, context)
    expect(cluster.find(referenceOf(pod))?.metadata.annotations?.[FENCE_ANNOTATION]).toBe('7 exe_1')
    await expect(overtaken(3).invalidate?.({ ...effect, fence: 8 }, context)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(
        /Pod shop\/checkout-.* changes faster than it can be fenced; it is tried again later/,
      ),
    })
  })

  test('needs no fence against a pod that is going or gone', async () => {
    const { cluster, action, effect, pod } = await ready()
    await cluster.delete(referenceOf(pod), { uid: pod.metadata.uid }, {}, context)
    await action.invalidate?.(effect, context)
    cluster.settle()
    await action.invalidate?.(effect, context)
    expect(cluster.requests().filter(({ did }) => did === 'fence')).toEqual([])
  })
})
