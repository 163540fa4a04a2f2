import type { Resource } from '@mendkit/core'
import type { Series } from './series.ts'

/** Labels by which kube-state-metrics and the kubelet name an object. A pod comes last: it may be the exporter's own. */
const kinds = [
  ['deployment', 'Deployment', 'apps/v1'],
  ['statefulset', 'StatefulSet', 'apps/v1'],
  ['daemonset', 'DaemonSet', 'apps/v1'],
  ['replicaset', 'ReplicaSet', 'apps/v1'],
  ['job_name', 'Job', 'batch/v1'],
  ['pod', 'Pod', 'v1'],
] as const

/** The Kubernetes object that a series is about, as far as its labels tell; undefined without a cluster or an object. */
export function seriesResource({ labels }: Series, cluster = labels['cluster']): Resource | undefined {
  // A scrape that does not honour the exporter's labels moves them aside.
  const read = (label: string) => labels[`exported_${label}`] ?? labels[label]
  const namespace = read('namespace')
  if (cluster === undefined || cluster === '') return undefined
  for (const [label, kind, apiVersion] of kinds) {
    const name = read(label)
    if (name && namespace) return { cluster, apiVersion, kind, namespace, name }
  }
  const node = read('node')
  return node ? { cluster, apiVersion: 'v1', kind: 'Node', name: node } : undefined
}

/** A series as PromQL writes it, such as `up{job="api"}`. */
export function seriesName({ labels }: Series): string {
  const { __name__: name = '', ...rest } = labels
  const pairs = Object.entries(rest).map(([label, value]) => `${label}=${JSON.stringify(value)}`)
  return `${name}{${pairs.join(', ')}}`
}
