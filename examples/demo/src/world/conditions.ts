import { callers } from './callers.ts'
import type { Pod } from './shop.ts'
import type { Workload } from './workload.ts'

/** Something that is wrong right now, as an alert rule would find it. */
export interface Condition {
  readonly labels: Readonly<Record<string, string>>
  /** How long it must hold before it alerts, as a multiple of the usual time. */
  readonly patience: number
}

/** With fewer of its pods ready than this share, the checkout answers some calls late or not at all. */
const enough = 0.95

/** Everything that is wrong with a workload and with who calls it, told from the state of its pods alone. */
export function conditionsOf(pods: readonly Pod[], { name, replicas, inStorm }: Workload): readonly Condition[] {
  const ready = pods.filter((pod) => pod.state === 'ready').length
  return [
    ...pods.flatMap(podConditions),
    ...(ready === replicas ? [] : [deployment(name, 'KubeDeploymentReplicasMismatch', 2)]),
    ...(pods.some((pod) => pod.state === 'crash-looping') ? [deployment(name, 'KubeDeploymentRolloutStuck', 3)] : []),
    ...(inStorm !== true || ready >= enough * replicas ? [] : callConditions()),
  ]
}

function podConditions({ name, state }: Pod): readonly Condition[] {
  const labels = { namespace: 'shop', pod: name, container: 'app', job: 'kube-state-metrics' }
  const looping = { labels: { alertname: 'KubePodCrashLooping', severity: 'warning', ...labels }, patience: 0.2 }
  const notReady = { labels: { alertname: 'KubePodNotReady', severity: 'warning', ...labels }, patience: 2.5 }
  if (state === 'crash-looping') return [looping, notReady]
  return state === 'starting' ? [notReady] : []
}

function deployment(name: string, alertname: string, patience: number): Condition {
  const labels = { namespace: 'shop', deployment: name, job: 'kube-state-metrics' }
  return { labels: { alertname, severity: 'warning', ...labels }, patience }
}

/** `upstream` says whom the failing calls go to; a recorded change of that service explains them. */
function callConditions(): readonly Condition[] {
  return callers.flatMap(({ namespace, service, routes }, index) => {
    const labels = { namespace, service, upstream: 'checkout' }
    const patience = 1 + (3 * index) / callers.length
    const budget = { alertname: 'ErrorBudgetBurn', severity: 'critical', ...labels }
    const perRoute = routes.flatMap((route) => [
      { labels: { alertname: 'HttpErrorRateHigh', severity: 'critical', ...labels, route }, patience },
      { labels: { alertname: 'HttpLatencyHigh', severity: 'warning', ...labels, route }, patience: patience * 0.9 },
    ])
    return [...perRoute, { labels: budget, patience: 4 }]
  })
}
