import type { Preview } from '@mendkit/core'
import type { SimulatedCluster, SimulatedObject } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import {
  actionOf,
  askFor,
  badRollout,
  checkout,
  context,
  healthy,
  integrationOn,
  podResource,
  podsOf,
  replicaSetOf,
} from './scene.ts'

/** Previews while something writes to the target right before each of the first `times` dry runs. */
interface Overtaken {
  readonly preview: () => Promise<Preview>
  readonly dryRuns: () => number
}

/** A cluster whose dry runs are overtaken by `write`, which must change something each time. */
function overtaking(cluster: SimulatedCluster, times: number, write: (count: number) => void) {
  let dryRuns = 0
  const before = (dryRun: boolean | undefined) => {
    if (dryRun !== true) return
    dryRuns += 1
    if (dryRuns <= times) write(dryRuns)
  }
  const act: SimulatedCluster = {
    ...cluster,
    patch(...args) {
      before(args[2].dryRun)
      return cluster.patch(...args)
    },
    evict(...args) {
      before(args[2].dryRun)
      return cluster.evict(...args)
    },
  }
  return { integration: integrationOn(cluster, { act }), dryRuns: () => dryRuns }
}

const actions: Readonly<Record<string, (times: number) => Overtaken>> = {
  'kubernetes.rollout-undo': (times) => {
    const cluster = badRollout()
    const { integration, dryRuns } = overtaking(cluster, times, (count) => {
      cluster.apply(checkout('shop/checkout:v2', { replicas: 3 + count }))
    })
    const input = askFor(cluster, { replicaSet: replicaSetOf(cluster, 1) })
    return { preview: () => actionOf('kubernetes.rollout-undo', integration).preview(input, context), dryRuns }
  },
  'kubernetes.evict-pod': (times) => {
    const cluster = healthy()
    const [pod] = podsOf(cluster) as readonly [SimulatedObject]
    const { name, labels } = pod.metadata
    const { integration, dryRuns } = overtaking(cluster, times, (count) => {
      cluster.apply({ ...pod, metadata: { name, namespace: 'shop', labels: { ...labels, count: `${count}` } } })
    })
    const input = askFor(cluster, {}, podResource(pod))
    return { preview: () => actionOf('kubernetes.evict-pod', integration).preview(input, context), dryRuns }
  },
}

describe.each(Object.entries(actions))('a dry run of %s that a controller overtakes', (_, scene) => {
  test('is tried again on what the controller has written', async () => {
    const { preview, dryRuns } = scene(2)
    const shown = await preview()
    expect(shown).toMatchObject({ dryRun: 'done' })
    expect(shown.refused).toBeUndefined()
    expect(dryRuns()).toBe(3)
  })

  test('is given up after the third, named and temporary, and never passes for a dry run', async () => {
    const { preview, dryRuns } = scene(3)
    await expect(preview()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/^\w+ shop\/checkout\S* .*changed during every dry run; it is tried again later$/),
    })
    expect(dryRuns()).toBe(3)
  })
})
