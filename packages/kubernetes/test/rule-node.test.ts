import type { Resource } from '@mendkit/core'
import { type SimulatedCluster, simulatedCluster } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import type { KubernetesOptions } from '../src/index.ts'
import { diagnose as diagnoseWith } from './diagnose.ts'
import { actionOf, askFor, context, incidentAt, integrationOn, symptomOf } from './scene.ts'

const reference = { apiVersion: 'v1', kind: 'Node', name: 'node-1' } as const
const node: Resource = { cluster: 'test', ...reference }
const notReady = { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: 'runtime is down' }
const silent = { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' }
const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady' }

/** A node with these conditions, from which the control plane keeps pods away for these reasons. */
function troubled(conditions: readonly object[], taints: readonly string[] = [], spec: object = {}): SimulatedCluster {
  const cluster = simulatedCluster()
  const kept = taints.map((each) => ({ key: `node.kubernetes.io/${each}`, effect: 'NoSchedule' }))
  cluster.apply({ ...reference, metadata: { name: 'node-1' }, spec: { taints: kept, ...spec } })
  cluster.report(reference, { conditions })
  return cluster
}

async function diagnose(cluster: SimulatedCluster, more: KubernetesOptions = { nodes: true }) {
  const symptoms = [{ ...symptomOf(node), alertname: 'KubeNodeNotReady' }]
  return diagnoseWith(integrationOn(cluster, more), incidentAt(cluster.now(), node), symptoms)
}

describe('a node is to be cordoned', () => {
  const pressure = (type: string) => [ready, { type, status: 'True', reason: `KubeletHas${type}` }]

  test.each([
    ['not ready', 'node-not-ready', [notReady], 'not-ready'],
    ['silent', 'node-not-ready', [silent], 'unreachable'],
    ['short of memory', 'node-under-pressure', pressure('MemoryPressure'), 'memory-pressure'],
    ['short of disk space', 'node-under-pressure', pressure('DiskPressure'), 'disk-pressure'],
    ['short of process ids', 'node-under-pressure', pressure('PIDPressure'), 'pid-pressure'],
  ])('that is %s, by the word of its kubelet and of the control plane, and a person is asked', async (...each) => {
    const [, cause, conditions, taint] = each
    const cluster = troubled(conditions, [taint])
    const [finding, ...others] = await diagnose(cluster)
    expect(others).toEqual([])
    expect(finding).toMatchObject({ cause, actions: [{ type: 'kubernetes.cordon', params: {} }] })
    expect(new Set(finding?.seen.map(({ kind }) => kind))).toEqual(new Set(['status', 'spec']))
    expect(finding?.seen.map(({ name }) => name)).toContain(`node.tainted-${taint}`)
    const [action] = finding?.actions ?? []
    const cordon = actionOf('kubernetes.cordon', integrationOn(cluster, { nodes: true }))
    const shown = await cordon.preview(askFor(cluster, {}, action?.target), context)
    expect([shown.refused, shown.doubts]).toEqual([undefined, ['capacity-unproven']])
  })

  test('that is not ready, also by what was recorded about it under its name', async () => {
    const cluster = troubled([notReady])
    cluster.apply({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'one', namespace: 'default' },
      involvedObject: { kind: 'Node', name: 'node-1', uid: 'node-1' },
      ...{ reason: 'NodeNotReady', message: 'Node node-1 status is now: NodeNotReady', count: 1 },
    })
    const [finding] = await diagnose(cluster)
    expect(finding?.actions).toMatchObject([{ type: 'kubernetes.cordon' }])
    expect(finding?.seen.map(({ name }) => name)).toContain('event.node-not-ready')
  })
})

describe('a node is not to be cordoned', () => {
  test('when it is ready again', async () => {
    expect(await diagnose(troubled([ready], ['not-ready']))).toEqual([])
  })

  test('when it is cordoned already: that is explained', async () => {
    const findings = await diagnose(troubled([notReady], ['not-ready'], { unschedulable: true }))
    expect(findings.map(({ cause, actions }) => [cause, actions])).toEqual([['node-not-ready', []]])
    expect(findings[0]?.summary).toMatch(/cordoned already/)
  })

  test.each([
    ['nobody else', []],
    ['the control plane for another reason', ['disk-pressure']],
  ])('by the word of its kubelet and %s', async (_, taints) => {
    const findings = await diagnose(troubled([notReady], taints))
    expect(findings.map(({ cause, actions }) => [cause, actions])).toEqual([['node-not-ready', []]])
  })

  test('where nodes are not read', async () => {
    expect(await diagnose(troubled([notReady], ['not-ready']), {})).toEqual([])
  })
})

test('events that may not be read are told as a warning, and the node is read all the same', async () => {
  const cluster = troubled([notReady], ['not-ready'])
  const read = cluster.as({ rules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['get'] }] })
  const tools = integrationOn(cluster, { nodes: true, read }).evidence?.[0]?.tools ?? []
  const reading = await tools.find(({ name }) => name === 'kubernetes.node')?.read({ name: 'node-1' }, context)
  expect(reading?.warnings).toEqual([expect.stringMatching(/Events in default/)])
  expect(reading?.facts).toContainEqual(expect.objectContaining({ name: 'node.ready', value: 'False' }))
  expect(reading?.text).toContain('runtime is down')
})
