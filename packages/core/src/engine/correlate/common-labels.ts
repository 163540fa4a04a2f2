import type { Labels } from '../../model/alert.ts'
import type { Resource } from '../../model/resource.ts'

interface KindOfLabel {
  readonly label: string
  readonly apiVersion: string
  readonly kind: string
  readonly clusterWide?: true
}

/**
 * Labels that name the object that was measured, most telling first. They come before `pod`: beside one of them, `pod` is
 * either one of its pods or the exporter's own. `job` is not here: it names a scrape job, the Job is in `job_name`.
 */
const measured: readonly KindOfLabel[] = [
  { label: 'deployment', apiVersion: 'apps/v1', kind: 'Deployment' },
  { label: 'statefulset', apiVersion: 'apps/v1', kind: 'StatefulSet' },
  { label: 'daemonset', apiVersion: 'apps/v1', kind: 'DaemonSet' },
  { label: 'replicaset', apiVersion: 'apps/v1', kind: 'ReplicaSet' },
  { label: 'cronjob', apiVersion: 'batch/v1', kind: 'CronJob' },
  { label: 'job_name', apiVersion: 'batch/v1', kind: 'Job' },
  { label: 'horizontalpodautoscaler', apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
  { label: 'poddisruptionbudget', apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
  { label: 'resourcequota', apiVersion: 'v1', kind: 'ResourceQuota' },
  { label: 'persistentvolumeclaim', apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
  { label: 'persistentvolume', apiVersion: 'v1', kind: 'PersistentVolume', clusterWide: true },
  { label: 'ingress', apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' },
]
const pod: KindOfLabel = { label: 'pod', apiVersion: 'v1', kind: 'Pod' }
const node: KindOfLabel = { label: 'node', apiVersion: 'v1', kind: 'Node', clusterWide: true }
const service: KindOfLabel = { label: 'service', apiVersion: 'v1', kind: 'Service' }

/** Kinds that the label `workload_type` of the kubernetes-mixin names. */
const workloads: ReadonlyMap<string, KindOfLabel> = new Map(
  measured.slice(0, 6).map((kind) => [kind.kind.toLowerCase(), { ...kind, label: 'workload' }]),
)

const nodeExporter = /node[-_]exporter/
const stateMetrics = /kube-state-metrics/
/** What Kubernetes accepts as the name of such an object: labels are outside text, and names end up in paths. */
const objectName = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/
const address = /:\d+$|^\d+(?:\.\d+){3}$/

/**
 * The object that the common label sets name: those of kube-prometheus, of kube-state-metrics with and without
 * `honor_labels` (then the object's own labels are `exported_…`), of node-exporter and of the kubernetes-mixin. Undefined
 * when they name none for certain.
 */
export function resourceOfLabels(labels: Labels, cluster: string): Resource | undefined {
  const read = reader(labels)
  const make = ({ label, apiVersion, kind, clusterWide }: KindOfLabel): Resource | undefined => {
    const name = asName(read(label))
    if (name === undefined) return undefined
    if (clusterWide) return { cluster, apiVersion, kind, name }
    const namespace = asName(read('namespace'))
    return namespace === undefined ? undefined : { cluster, apiVersion, kind, namespace, name }
  }
  const workload = workloads.get(labels['workload_type']?.toLowerCase() ?? '')
  const named = firstOf([...(workload === undefined ? [] : [workload]), ...measured], make)
  if (named !== undefined) return named
  if (nodeExporter.test(labels['job'] ?? '') && labels['instance'] !== undefined) return nodeOfExporter(labels, cluster)
  const ownPod = stateMetrics.test(labels['job'] ?? '') && stateMetrics.test(read('pod') ?? '')
  return firstOf(ownPod ? [node, pod, service] : [pod, node, service], make)
}

/** What an alert without a known object should carry, for people. */
export function missingLabels(labels: Labels): string {
  if (nodeExporter.test(labels['job'] ?? '')) {
    return 'a `node` label on the targets of node-exporter, or their `instance` relabelled to the name of the node'
  }
  return 'labels that name its object (`node`; or `namespace` with `pod`, `deployment`, `statefulset`, `daemonset`, `cronjob`, `job_name` or `service`)'
}

/** A node exporter's pod is never the patient; its node is, when the labels name it. */
function nodeOfExporter(labels: Labels, cluster: string): Resource | undefined {
  const instance = labels['instance'] ?? ''
  const byInstance = address.test(instance) ? undefined : instance
  const name = asName(labels['node'] ?? labels['nodename'] ?? labels['kubernetes_node'] ?? byInstance)
  return name === undefined ? undefined : { cluster, apiVersion: node.apiVersion, kind: node.kind, name }
}

/**
 * Reads a label as the object's own. Where a scrape renamed what it measured to `exported_…`, the plain label of that name
 * is the target's; with `exported_namespace` so are all labels that name a target.
 */
function reader(labels: Labels): (label: string) => string | undefined {
  const renamed = labels['exported_namespace'] !== undefined
  return (label) => {
    const own = labels[`exported_${label}`]
    if (own !== undefined) return own
    return renamed && (label === 'pod' || label === 'service') ? undefined : labels[label]
  }
}

function asName(text: string | undefined): string | undefined {
  return text !== undefined && objectName.test(text) ? text : undefined
}

function firstOf(
  kinds: readonly KindOfLabel[],
  make: (kind: KindOfLabel) => Resource | undefined,
): Resource | undefined {
  for (const kind of kinds) {
    const made = make(kind)
    if (made !== undefined) return made
  }
  return undefined
}
