import type { Resource } from '@mendkit/core'
import type { SimulatedCluster } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import type { KubernetesOptions } from '../src/index.ts'
import { autoscaler } from './catalogue-cases.ts'
import { diagnose as diagnoseWith } from './diagnose.ts'
import { actionOf, askFor, checkout, context, healthy, incidentAt, integrationOn, podsOf, symptomOf } from './scene.ts'

const TYPE = 'kubernetes.set-autoscaler-bounds'
const reference = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', namespace: 'shop', name: 'checkout' }
const resource: Resource = { cluster: 'test', ...reference }
const limited = { type: 'ScalingLimited', status: 'True', reason: 'TooManyReplicas' }
const within = { type: 'ScalingLimited', status: 'False', reason: 'DesiredWithinRange' }

/** `checkout` with its three replicas, whose containers ask for this, and an autoscaler with this maximum. */
function scaled(resources: object = {}, maxReplicas = 3, minReplicas = 2): SimulatedCluster {
  const cluster = healthy()
  const containers = [{ name: 'app', image: 'shop/checkout:v1', resources }]
  const template = { metadata: { labels: { app: 'checkout' } }, spec: { containers } }
  cluster.apply(checkout('shop/checkout:v1', { template }))
  cluster.apply(autoscaler({ minReplicas, maxReplicas }))
  cluster.settle()
  cluster.report(reference, { currentReplicas: 3, desiredReplicas: 3, conditions: [limited] })
  return cluster
}

function withQuota(cluster: SimulatedCluster, hard: object, used: object | undefined): SimulatedCluster {
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'small', namespace: 'shop' } }
  cluster.apply({ ...quota, spec: { hard }, status: { hard, ...(used === undefined ? {} : { used }) } })
  return cluster
}

function diagnose(cluster: SimulatedCluster, alertname = 'SlowCheckout', more: KubernetesOptions = {}) {
  const symptoms = [{ ...symptomOf(resource), alertname }]
  return diagnoseWith(integrationOn(cluster, more), incidentAt(cluster.now(), resource), symptoms)
}

async function proposedBy(...given: Parameters<typeof diagnose>) {
  const findings = await diagnose(...given)
  expect(findings.map(({ cause }) => cause)).toEqual(['autoscaler-at-maximum'])
  return findings[0]?.actions?.map(({ params }) => params)
}

describe('an autoscaler that its maximum keeps from scaling up', () => {
  test('gets one half as high again, from its status and its spec, and a person is asked', async () => {
    const cluster = scaled()
    const [finding] = await diagnose(cluster)
    expect(finding?.actions).toMatchObject([{ type: TYPE, params: { min: 2, max: 5 } }])
    expect(new Set(finding?.seen.map(({ kind }) => kind))).toEqual(new Set(['status', 'spec']))
    const input = askFor(cluster, { min: 2, max: 5 }, finding?.actions?.[0]?.target)
    const shown = await actionOf(TYPE, integrationOn(cluster)).preview(input, context)
    expect([shown.refused, shown.doubts]).toEqual([undefined, ['capacity-unproven']])
  })

  test.each([
    ['as far as maxReplicas lets it', {}, undefined, { maxReplicas: 4 }, [{ min: 2, max: 4 }]],
    ['not beyond maxReplicas', {}, undefined, { maxReplicas: 3 }, []],
    [
      'as far as a quota of memory lets it',
      { 'requests.memory': '5Gi' },
      { 'requests.memory': '4Gi' },
      {},
      [{ min: 2, max: 4 }],
    ],
    ['as far as a quota of pods lets it', { pods: '20' }, { pods: '19' }, {}, [{ min: 2, max: 4 }]],
    ['not where a quota has no room', { 'limits.memory': '4.5Gi' }, { 'limits.memory': '4Gi' }, {}, []],
    ['not where nobody knows what is used', { memory: '100Gi' }, undefined, {}, []],
    [
      'whatever quotas of other things say',
      { services: '1', 'requests.nvidia.com/gpu': '0' },
      {},
      {},
      [{ min: 2, max: 5 }],
    ],
  ] as const)('gets a higher one %s', async (_, hard, used, more, expected) => {
    const cluster = withQuota(scaled({ limits: { memory: '1Gi' } }), hard, used)
    expect(await proposedBy(cluster, undefined, more)).toEqual(expected)
  })

  test('gets none where quotas may not be read', async () => {
    const cluster = scaled()
    const rules = [
      { apiGroups: ['apps', 'autoscaling'], resources: ['*'], verbs: ['*'] },
      { apiGroups: [''], resources: ['events', 'pods'], verbs: ['*'] },
    ]
    expect(await proposedBy(cluster, undefined, { read: cluster.as({ rules }) })).toEqual([])
  })

  test('gets none while one of its replicas fails, for more of them are no help', async () => {
    const cluster = scaled()
    const [pod] = podsOf(cluster)
    cluster.breakPod({ namespace: 'shop', name: pod?.metadata.name ?? '' }, 'not-ready')
    cluster.settle()
    expect(await proposedBy(cluster)).toEqual([])
  })

  test('gets none where both bounds are the same: somebody fixed the number', async () => {
    expect(await proposedBy(scaled({}, 3, 3))).toEqual([])
  })
})

test('an autoscaler at its maximum that wants no more is left alone, unless the alert about it fires', async () => {
  const cluster = scaled()
  cluster.report(reference, { conditions: [within] })
  expect(await diagnose(cluster)).toEqual([])
  expect(await proposedBy(cluster, 'KubeHpaMaxedOut')).toEqual([{ min: 2, max: 5 }])
})

test('an autoscaler below its maximum is left alone, whatever fires', async () => {
  const cluster = scaled({}, 4)
  cluster.report(reference, { conditions: [within] })
  expect(await diagnose(cluster, 'KubeHpaMaxedOut')).toEqual([])
})

test('what it rests on still holds while others take room that is not needed, and no longer when they take it all', async () => {
  const cluster = withQuota(scaled(), { pods: '20' }, { pods: '10' })
  const room = async () => (await diagnose(cluster))[0]?.seen.find(({ name }) => name === 'autoscaler.room')
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', namespace: 'shop', name: 'small' }
  expect(await room()).toMatchObject({ value: 2, holds: 'at-least' })
  cluster.report(quota, { used: { pods: '15' } })
  expect(await room()).toMatchObject({ value: 2 })
  cluster.report(quota, { used: { pods: '20' } })
  expect(await room()).toBeUndefined()
})
