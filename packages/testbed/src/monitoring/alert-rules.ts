/** One alerting rule, in Prometheus' own words. */
export interface AlertRule {
  readonly alert: string
  readonly expr: string
  readonly for?: string
  readonly keep_firing_for?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

/** A group of rules that are evaluated together. */
export interface RuleGroup {
  readonly name: string
  readonly rules: readonly AlertRule[]
}

/** How the usual rules are made. */
export interface AlertRuleOptions {
  /** How long a condition must hold before it fires. A normal rollout of a few pods takes one to two seconds. @default 3 */
  readonly holdSeconds?: number
  /** Adds an alert that always fires. @default false */
  readonly watchdog?: boolean
}

const job = 'job="kube-state-metrics"'

/**
 * The rules that most clusters have, under their usual names, with times short enough for a test.
 *
 * `KubePodCrashLooping` and `KubeContainerWaiting` name pod and container, `KubePodNotReady` the pod,
 * `KubeDeploymentReplicasMismatch` the deployment. A crash loop stays true for 5 s, longer than a restart takes.
 */
export function alertRules(options: AlertRuleOptions = {}): readonly RuleGroup[] {
  const hold = { for: `${options.holdSeconds ?? 3}s` }
  const rules: AlertRule[] = [
    {
      alert: 'KubePodCrashLooping',
      expr: `max_over_time(kube_pod_container_status_waiting_reason{${job},reason="CrashLoopBackOff"}[5s]) >= 1`,
      ...hold,
      labels: { severity: 'warning' },
      annotations: {
        summary: 'Pod is crash looping.',
        description: 'Container {{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} keeps crashing.',
      },
    },
    {
      alert: 'KubeContainerWaiting',
      expr: `kube_pod_container_status_waiting_reason{${job},reason=~"ErrImagePull|ImagePullBackOff"} > 0`,
      ...hold,
      labels: { severity: 'warning' },
      annotations: {
        summary: 'Container cannot pull its image.',
        description: '{{ $labels.namespace }}/{{ $labels.pod }}: {{ $labels.container }} waits: {{ $labels.reason }}.',
      },
    },
    {
      alert: 'KubePodNotReady',
      expr: `sum by (namespace, pod) (kube_pod_status_ready{${job},condition="true"}) == 0 unless on (namespace, pod) kube_pod_deletion_timestamp{${job}}`,
      ...hold,
      labels: { severity: 'warning' },
      annotations: {
        summary: 'Pod is not ready.',
        description: 'Pod {{ $labels.namespace }}/{{ $labels.pod }} has not been ready for a while.',
      },
    },
    {
      alert: 'KubeDeploymentReplicasMismatch',
      expr: `sum by (namespace, deployment) (kube_deployment_spec_replicas{${job}}) > sum by (namespace, deployment) (kube_deployment_status_replicas_available{${job}})`,
      ...hold,
      labels: { severity: 'warning' },
      annotations: {
        summary: 'Deployment has fewer available replicas than wanted.',
        description: 'Deployment {{ $labels.namespace }}/{{ $labels.deployment }} lacks available replicas.',
      },
    },
  ]
  if (!options.watchdog) return [{ name: 'workloads', rules }]
  const always = { alert: 'Watchdog', expr: 'vector(1)', labels: { severity: 'none' } }
  return [
    { name: 'workloads', rules },
    { name: 'watchdog', rules: [always] },
  ]
}
