import { type ActionInput, allowUpTo, blastRadiusCap, type Policy, type Resource } from '@mendkit/core'
import { type SimulatedCluster, simulatedCluster, simulatedStore, virtualClock } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { hostOn } from './approval-scene.ts'
import { autoscaler, cronJob, job, podSet } from './catalogue-cases.ts'
import {
  actionOf,
  askFor,
  badRollout,
  checkout,
  context,
  deployment,
  healthy,
  integrationOn,
  podResource,
  podsOf,
  replicaSetOf,
  resourceAt,
} from './scene.ts'

/** A budget that wants this of the pods of `checkout`. */
function budget(spec: object, name = 'checkout') {
  const metadata = { name, namespace: 'shop' }
  const selector = { matchLabels: { app: 'checkout' } }
  return { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata, spec: { selector, ...spec } }
}

/** Three pods of a Deployment, one of which may be missing. */
function guarded(cluster = healthy()): SimulatedCluster {
  cluster.apply(budget({ minAvailable: 2 }))
  cluster.settle()
  return cluster
}

async function statedBy(
  cluster: SimulatedCluster,
  type: string,
  params: ActionInput['params'] = {},
  target: Resource = resourceAt(),
  read = cluster,
) {
  const action = actionOf(type, integrationOn(cluster, { nodes: true, read }))
  const { blastRadius } = await action.preview(askFor(cluster, params, target), context)
  return [blastRadius?.percentOfReady, blastRadius?.budgetHeadroom]
}

const podIn = (cluster: SimulatedCluster, index = 0) => {
  const pod = podsOf(cluster)[index]
  if (pod === undefined) throw new Error('no pod')
  return podResource(pod)
}

describe('an action states the share of the ready pods that it takes away, and what budgets have left then', () => {
  test.each([
    ['kubernetes.rollout-restart', {}, 33.4, 0],
    ['kubernetes.rollout-pause', {}, 0, 1],
    ['kubernetes.set-resources', { container: 'app', limits: { cpu: '1' } }, 33.4, 0],
    ['kubernetes.scale', { replicas: 1 }, 66.7, -1],
    ['kubernetes.scale', { replicas: 0 }, 100, -2],
    ['kubernetes.scale', { replicas: 9 }, 0, 1],
  ] as const)('%s %j', async (type, params, percent, headroom) => {
    expect(await statedBy(guarded(), type, params)).toEqual([percent, headroom])
  })

  test.each(['kubernetes.evict-pod', 'kubernetes.delete-pod'])('%s, of the topmost workload', async (type) => {
    const cluster = guarded()
    expect(await statedBy(cluster, type, {}, podIn(cluster))).toEqual([33.4, 0])
  })

  test('kubernetes.delete-pod, by the tightest of two budgets', async () => {
    const cluster = guarded()
    cluster.apply(budget({ maxUnavailable: 0 }, 'strict'))
    cluster.settle()
    expect(await statedBy(cluster, 'kubernetes.delete-pod', {}, podIn(cluster))).toEqual([33.4, -1])
  })

  test.each([
    ['to 1 of 3', { min: 1, max: 1 }, 66.7, -1],
    ['to a lower minimum', { min: 1, max: 4 }, 33.4, 0],
    ['to a higher maximum', { min: 2, max: 9 }, 0, 1],
  ])('kubernetes.set-autoscaler-bounds %s, of the workload that it scales', async (_, bounds, percent, headroom) => {
    const cluster = guarded()
    cluster.apply(autoscaler({ minReplicas: 2, maxReplicas: 4 }))
    const target = { ...resourceAt(), apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' }
    expect(await statedBy(cluster, 'kubernetes.set-autoscaler-bounds', bounds, target)).toEqual([percent, headroom])
  })

  test('kubernetes.rollout-undo, of a rollout that is stuck', async () => {
    const cluster = guarded(badRollout())
    expect(await statedBy(cluster, 'kubernetes.rollout-undo', { replicaSet: replicaSetOf(cluster, 1) })).toEqual([
      33.4, 0,
    ])
  })

  test.each(['StatefulSet', 'DaemonSet'] as const)('kubernetes.rollout-restart of a %s', async (kind) => {
    const cluster = simulatedCluster()
    cluster.apply(podSet(kind, 'shop/checkout:v1', kind === 'StatefulSet' ? { replicas: 3 } : {}))
    cluster.settle()
    const target = { ...resourceAt(), kind }
    expect(await statedBy(guarded(cluster), 'kubernetes.rollout-restart', {}, target)).toEqual([33.4, 0])
  })

  test('kubernetes.delete-job, of the pods that the Job has', async () => {
    const cluster = simulatedCluster()
    cluster.apply(job([], {}, { active: 2, ready: 2 }))
    cluster.apply(budget({ maxUnavailable: 3 }))
    cluster.settle()
    cluster.report({ ...budget({}), ...budget({}).metadata }, { disruptionsAllowed: 3 })
    const target = { ...resourceAt(), apiVersion: 'batch/v1', kind: 'Job' }
    expect(await statedBy(cluster, 'kubernetes.delete-job', { unfinished: true }, target)).toEqual([100, 1])
    cluster.report({ ...target, namespace: 'shop' }, { ready: undefined })
    expect(await statedBy(cluster, 'kubernetes.delete-job', { unfinished: true }, target)).toEqual([undefined, 1])
  })

  test.each([
    ['kubernetes.suspend-cronjob', { ...resourceAt(), apiVersion: 'batch/v1', kind: 'CronJob' }],
    ['kubernetes.cordon', { cluster: 'test', apiVersion: 'v1', kind: 'Node', name: 'node-1' }],
    ['kubernetes.uncordon', { cluster: 'test', apiVersion: 'v1', kind: 'Node', name: 'node-1' }],
  ])('%s takes none away', async (type, target) => {
    const cluster = guarded()
    cluster.apply(cronJob())
    expect(await statedBy(cluster, type, {}, target)).toEqual([0, undefined])
  })
})

describe('what nobody knows is not stated', () => {
  test('the share, when no pod is ready', async () => {
    const cluster = simulatedCluster()
    cluster.image('shop/checkout:v1', { behaviour: 'not-ready' })
    cluster.apply(checkout('shop/checkout:v1'))
    cluster.settle()
    expect(await statedBy(guarded(cluster), 'kubernetes.rollout-restart')).toEqual([undefined, -1])
  })

  test('the share, when the topmost controller is not read', async () => {
    const cluster = guarded()
    const owner = { apiVersion: 'example.org/v1', kind: 'Rollout', name: 'checkout', uid: 'u1', controller: true }
    const found = cluster.find(deployment)
    cluster.apply(checkout('shop/checkout:v1', {}, { ownerReferences: [owner] }))
    expect(found).toBeDefined()
    expect(await statedBy(cluster, 'kubernetes.evict-pod', {}, podIn(cluster))).toEqual([undefined, 0])
  })

  test('the headroom, where no budget covers the pods', async () => {
    const cluster = healthy()
    const selector = { matchLabels: { app: 'another' } }
    cluster.apply({ ...budget({}), spec: { minAvailable: 1, selector } })
    cluster.settle()
    expect(await statedBy(cluster, 'kubernetes.rollout-restart')).toEqual([33.4, undefined])
  })

  test('the headroom, where budgets may not be read', async () => {
    const cluster = guarded()
    const list: SimulatedCluster['list'] = async (selection, ...rest) => {
      const found = await cluster.list(selection, ...rest)
      return selection.kind === 'PodDisruptionBudget' ? { ...found, truncated: true } : found
    }
    expect(await statedBy(cluster, 'kubernetes.rollout-restart', {}, undefined, { ...cluster, list })).toEqual([
      33.4,
      undefined,
    ])
  })

  test('the headroom, where one of two budgets is not counted yet', async () => {
    const cluster = guarded()
    cluster.apply(budget({ maxUnavailable: 3 }, 'generous'))
    cluster.settle()
    cluster.report({ ...budget({}), ...budget({}).metadata }, { disruptionsAllowed: undefined })
    expect(await statedBy(cluster, 'kubernetes.rollout-restart')).toEqual([33.4, undefined])
  })

  test.each([
    ['not counted yet', { disruptionsAllowed: undefined }],
    ['counted for an earlier spec', { disruptionsAllowed: 1, observedGeneration: 0 }],
  ])('the headroom, where a budget is %s', async (_, status) => {
    const cluster = guarded()
    cluster.report({ ...budget({}), ...budget({}).metadata }, status)
    expect(await statedBy(cluster, 'kubernetes.rollout-restart')).toEqual([33.4, undefined])
  })
})

describe('a cap on them', () => {
  /** What becomes of a wedged pod of three, under a policy. */
  async function played(policy: Policy, spec: object | undefined) {
    const clock = virtualClock()
    const cluster = simulatedCluster({ clock })
    cluster.apply(checkout('shop/checkout:v1', { replicas: 4 }))
    if (spec !== undefined) cluster.apply(budget(spec))
    const settle = async () => {
      for (let second = 0; second < 60; second += 1) await clock.advance(1_000).then(() => cluster.tick())
    }
    await settle()
    cluster.breakPod({ namespace: 'shop', name: podIn(cluster).name }, 'not-ready')
    await settle()
    const autonomy = { 'namespace:shop': 'auto' } as const
    const host = hostOn({ cluster, clock, store: simulatedStore() }, { autonomy, policies: [allowUpTo('low'), policy] })
    await host.fire()
    await host.untilTrue('it was decided', async () =>
      ['awaiting-approval', 'verifying', 'resolved', 'handed-over'].includes(String(await host.phase())),
    )
    const phase = await host.phase()
    await host.stop()
    return [phase, cluster.effects().length]
  }

  test.each([
    [
      'lets it through when it is within',
      { percentOfReady: 34, budgetHeadroom: 0 },
      { minAvailable: 2 },
      'verifying',
      1,
    ],
    ['asks when too many go', { percentOfReady: 33 }, { minAvailable: 2 }, 'awaiting-approval', 0],
    ['asks when too little would be left', { budgetHeadroom: 1 }, { minAvailable: 2 }, 'awaiting-approval', 0],
    ['asks when no budget covers the pods', { budgetHeadroom: 0 }, undefined, 'awaiting-approval', 0],
  ] as const)('%s', async (_, caps, spec, phase, effects) => {
    expect(await played(blastRadiusCap(caps), spec)).toEqual([phase, effects])
  })
})
