import { describe, expect, it } from 'vitest'
import { resourceOfLabels } from '../src/engine/correlate/common-labels.ts'
import { resolveResource } from '../src/engine/correlate/resolve-resource.ts'
import { alertBench, podAlert } from './support/intake.ts'

const named = (labels: Record<string, string>) => {
  const found = resourceOfLabels(labels, 'eu')
  return found === undefined ? undefined : [found.kind, found.namespace ?? '', found.name].join(' ')
}

describe('the common label sets', () => {
  it.each([
    ['a pod', { namespace: 'shop', pod: 'checkout-1', container: 'app' }, 'Pod shop checkout-1'],
    ['a pod with its node', { namespace: 'shop', pod: 'checkout-1', node: 'n1' }, 'Pod shop checkout-1'],
    ['a Deployment', { namespace: 'shop', deployment: 'checkout' }, 'Deployment shop checkout'],
    ['a StatefulSet', { namespace: 'shop', statefulset: 'db' }, 'StatefulSet shop db'],
    ['a DaemonSet', { namespace: 'shop', daemonset: 'agent' }, 'DaemonSet shop agent'],
    ['a ReplicaSet', { namespace: 'shop', replicaset: 'checkout-7d9' }, 'ReplicaSet shop checkout-7d9'],
    ['a CronJob', { namespace: 'shop', cronjob: 'nightly' }, 'CronJob shop nightly'],
    [
      'a Job, not the scrape job',
      { namespace: 'shop', job_name: 'nightly-1', job: 'kube-state-metrics' },
      'Job shop nightly-1',
    ],
    [
      'a claim',
      { namespace: 'shop', persistentvolumeclaim: 'data', job: 'kubelet', node: 'n1' },
      'PersistentVolumeClaim shop data',
    ],
    ['a volume', { persistentvolume: 'pv-1', job: 'kube-state-metrics' }, 'PersistentVolume  pv-1'],
    [
      'an autoscaler',
      { namespace: 'shop', horizontalpodautoscaler: 'checkout' },
      'HorizontalPodAutoscaler shop checkout',
    ],
    ['a budget', { namespace: 'shop', poddisruptionbudget: 'checkout' }, 'PodDisruptionBudget shop checkout'],
    ['a node', { node: 'n1', condition: 'Ready' }, 'Node  n1'],
    ['a service', { namespace: 'shop', service: 'checkout', job: 'checkout' }, 'Service shop checkout'],
    [
      'a workload of the mixin',
      { namespace: 'shop', workload: 'checkout', workload_type: 'deployment' },
      'Deployment shop checkout',
    ],
  ])('name %s', (_what, labels, expected) => {
    expect(named({ alertname: 'A', ...labels } as never)).toBe(expected)
  })

  const exporter = {
    job: 'kube-state-metrics',
    namespace: 'monitoring',
    pod: 'kube-state-metrics-5f',
    service: 'kube-state-metrics',
  }
  it.each([
    [
      'a Deployment beside its own pod',
      { ...exporter, namespace: 'shop', deployment: 'checkout' },
      'Deployment shop checkout',
    ],
    ['a node beside its own pod', { ...exporter, node: 'n1' }, 'Node  n1'],
    ['an exported pod', { ...exporter, exported_namespace: 'shop', exported_pod: 'checkout-1' }, 'Pod shop checkout-1'],
    [
      'an exported namespace with a Deployment',
      { ...exporter, exported_namespace: 'shop', deployment: 'checkout' },
      'Deployment shop checkout',
    ],
    ['nothing but an exported namespace', { ...exporter, exported_namespace: 'shop' }, undefined],
    [
      'an exported service',
      { ...exporter, exported_namespace: 'shop', exported_service: 'checkout' },
      'Service shop checkout',
    ],
    ['itself', exporter, 'Pod monitoring kube-state-metrics-5f'],
  ])('of kube-state-metrics name %s', (_what, labels, expected) => {
    expect(named({ alertname: 'A', ...labels } as never)).toBe(expected)
  })

  const nodeExporter = {
    job: 'node-exporter',
    namespace: 'monitoring',
    pod: 'node-exporter-x2',
    service: 'node-exporter',
  }
  it.each([
    ['its node by instance', { ...nodeExporter, instance: 'worker-1' }, 'Node  worker-1'],
    ['its node by label', { ...nodeExporter, instance: '10.0.0.7:9100', node: 'worker-1' }, 'Node  worker-1'],
    ['nothing by an address', { ...nodeExporter, instance: '10.0.0.7:9100' }, undefined],
    ['nothing by a bare address', { ...nodeExporter, instance: '10.0.0.7' }, undefined],
    [
      'its service when the targets as a whole are meant',
      { job: 'node-exporter', namespace: 'monitoring', service: 'node-exporter' },
      'Service monitoring node-exporter',
    ],
  ])('of node-exporter name %s, never its pod', (_what, labels, expected) => {
    expect(named({ alertname: 'A', ...labels } as never)).toBe(expected)
  })

  it.each([
    [{ pod: 'checkout-1' }],
    [{ job: 'checkout' }],
    [{ namespace: 'shop' }],
    [{ namespace: 'shop', job: 'apiserver' }],
    [{ namespace: 'shop', workload: 'x', workload_type: 'planet' }],
    [{ namespace: 'shop', pod: '../../secrets/db' }],
    [{ namespace: 'shop/..', deployment: 'checkout' }],
    [{ node: 'n1?watch=true' }],
    [{ namespace: 'shop', pod: 'p'.repeat(254) }],
    [{}],
  ])('of %j name nothing for certain', (labels) => {
    expect(named({ alertname: 'A', ...labels } as never)).toBeUndefined()
  })
})

describe('an alert whose labels name nothing', () => {
  it.each([
    [{ severity: 'warning', job: 'x' }, 'the labels job, severity', '`namespace` with `pod`'],
    [
      { job: 'node-exporter', instance: '10.0.0.7:9100' },
      'the labels instance, job',
      'a `node` label on the targets of node-exporter',
    ],
    [{}, 'no label beside its name', 'settings.mappings'],
  ])('with %j says what it saw and what to add', async (labels, saw, add) => {
    const bench = await alertBench()
    await bench.ingest([{ labels: { alertname: 'A', ...labels } as never }])
    const resolution = await resolveResource(bench.only(), bench.parts, bench.ctx)
    if (resolution.kind === 'resolved') throw new Error('nothing should be found')
    expect(resolution.because).toContain(saw)
    expect(resolution.because).toContain(add)
  })
})

describe('owners', () => {
  it('are followed to the topmost, by the first topology that knows the object', async () => {
    const replicaSet = {
      cluster: 'default',
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      namespace: 'shop',
      name: 'checkout-7d9',
      labels: {},
    }
    const top = { ...replicaSet, kind: 'Deployment', name: 'checkout', uid: 'u1', labels: { app: 'checkout' } }
    const bench = await alertBench({
      integrations: [
        { topology: [{ spec: 1, id: 'other-cluster', owners: async () => undefined }] },
        { topology: [{ spec: 1, id: 'this-cluster', owners: async () => [replicaSet, top] }] },
      ],
    })
    await bench.ingest([podAlert('checkout-7d9-x')])
    const { labels: _, ...topmost } = top
    expect(await resolveResource(bench.only(), bench.parts, bench.ctx)).toMatchObject({ kind: 'resolved', topmost })
  })
})
