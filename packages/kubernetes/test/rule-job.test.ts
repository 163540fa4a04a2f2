import type { Resource } from '@mendkit/core'
import { type Manifest, type SimulatedCluster, simulatedCluster } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { cronJob, job } from './catalogue-cases.ts'
import { diagnose as diagnoseWith } from './diagnose.ts'
import { context, incidentAt, integrationOn, resourceAt, symptomOf } from './scene.ts'

const failed = { type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }
const complete = { type: 'Complete', status: 'True' }
const jobResource: Resource = { ...resourceAt(), apiVersion: 'batch/v1', kind: 'Job' }
const cronJobResource: Resource = { ...jobResource, kind: 'CronJob' }

/** A pod of the Job `checkout` whose container ended like this. */
function endedPod(cluster: SimulatedCluster, reason: string, exitCode: number): Manifest {
  const uid = cluster.find({ ...jobResource, namespace: 'shop' })?.metadata.uid ?? ''
  const ownerReferences = [{ apiVersion: 'batch/v1', kind: 'Job', name: 'checkout', uid, controller: true }]
  const moments = { startedAt: '2026-01-01T00:00:00Z', finishedAt: '2026-01-01T00:00:01Z', containerID: 'x' }
  const container = { name: 'app', image: 'shop/checkout:v1', imageID: 'x', ready: false, restartCount: 0 }
  const state = { terminated: { exitCode, reason, ...moments } }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'checkout-abcde', namespace: 'shop', ownerReferences },
    spec: { restartPolicy: 'Never', nodeName: 'node-1', containers: [{ name: 'app', image: 'shop/checkout:v1' }] },
    status: { phase: 'Failed', containerStatuses: [{ ...container, state, lastState: {} }] },
  }
}

function failedJob(): SimulatedCluster {
  const cluster = simulatedCluster()
  const { uid } = cluster.apply(job([failed], {}, { failed: 1 })).metadata
  cluster.apply(endedPod(cluster, 'OOMKilled', 137))
  cluster.apply({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'one', namespace: 'shop' },
    involvedObject: { kind: 'Job', name: 'checkout', uid },
    ...{ reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit', count: 1 },
  })
  return cluster
}

function diagnose(cluster: SimulatedCluster, resource = jobResource, alertname = 'KubeJobFailed') {
  const symptoms = [{ ...symptomOf(resource), alertname }]
  return diagnoseWith(integrationOn(cluster), incidentAt(cluster.now(), resource), symptoms)
}

describe('a Job', () => {
  test('that failed is handed over, with why it failed and what its containers ended by', async () => {
    const [finding, ...others] = await diagnose(failedJob())
    expect(others).toEqual([])
    expect(finding).toMatchObject({ cause: 'job-failed', handOver: true })
    expect(finding?.actions ?? []).toEqual([])
    expect(finding?.summary).toMatch(/failed \(BackoffLimitExceeded\); its containers ended by OOMKilled/)
    expect(new Set(finding?.seen.map(({ kind }) => kind))).toEqual(new Set(['status', 'spec', 'event']))
  })

  test('that runs is left alone, until an alert says that it takes too long', async () => {
    const cluster = simulatedCluster()
    cluster.apply(job([], {}, { active: 1 }))
    expect(await diagnose(cluster)).toEqual([])
    const findings = await diagnose(cluster, jobResource, 'KubeJobNotCompleted')
    expect(findings.map(({ cause, handOver }) => [cause, handOver])).toEqual([['job-not-completed', true]])
  })

  test('that has completed explains nothing', async () => {
    const cluster = simulatedCluster()
    cluster.apply(job([complete]))
    expect(await diagnose(cluster, jobResource, 'KubeJobNotCompleted')).toEqual([])
  })
})

describe('a CronJob', () => {
  /** A CronJob whose Jobs ended like this, in the order in which it made them, and a Job of another that failed. */
  function scheduled(...ends: readonly object[]): SimulatedCluster {
    const cluster = simulatedCluster()
    const { uid } = cluster.apply(cronJob()).metadata
    const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name: 'checkout', uid, controller: true }
    for (const [index, end] of ends.entries()) {
      cluster.tick(60_000)
      cluster.apply(job([end], { name: `checkout-${index}`, ownerReferences: [owner] }))
    }
    const others = { ownerReferences: [{ ...owner, name: 'other', uid: 'of-another' }] }
    cluster.apply(job([failed], { name: 'other', ...others }))
    return cluster
  }

  test('is judged by its own Jobs: the one that failed is handed over, also when a later one has completed', async () => {
    const [finding] = await diagnose(scheduled(complete, failed, complete), cronJobResource)
    expect(finding).toMatchObject({
      cause: 'job-failed',
      rootCause: { kind: 'Job', name: 'checkout-1' },
      handOver: true,
    })
  })

  test('none of whose Jobs failed explains nothing', async () => {
    expect(await diagnose(scheduled(complete, complete), cronJobResource)).toEqual([])
  })
})

test('what a pod of a Job wrote last is read of the run that ended, which is its only one', async () => {
  const cluster = failedJob()
  const asked: (boolean | undefined)[] = []
  const podLogs: SimulatedCluster['podLogs'] = async (_, { previous }) => {
    asked.push(previous)
    return 'out of memory'
  }
  const tools = integrationOn(cluster, { read: { ...cluster, podLogs } }).evidence?.[0]?.tools ?? []
  const tool = tools.find(({ name }) => name === 'kubernetes.job')
  const reading = await tool?.read({ kind: 'Job', namespace: 'shop', name: 'checkout' }, context)
  expect([asked, reading?.warnings]).toEqual([[false], []])
  expect(reading?.text).toContain('out of memory')
})
