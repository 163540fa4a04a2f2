/** The same alerts in the wire formats in which each side receives them: label names in order, as Go programs send them. */

/** Alerts that share a namespace; grouped by alert name and namespace, so many are one webhook. */
const alertsPerGroup = 200
/** Prometheus' default for `--alertmanager.notification-batch-size`. */
const alertsPerPost = 256

const generatorURL = 'http://prometheus.example/graph?g0.expr=up+%3D%3D+0&g0.tab=1'
const resolveAfterMs = 240_000

function labels(index: number, alertname: string) {
  return {
    alertname,
    instance: `10.0.${index % 250}.${index % 200}:8080`,
    namespace: `team-${Math.floor(index / alertsPerGroup)}`,
    pod: `service-${index % 500}-${index}`,
    severity: index % 3 === 0 ? 'critical' : 'warning',
  }
}

function annotations(index: number) {
  return { runbook_url: 'https://runbooks.example/pods', summary: `Pod service-${index % 500}-${index} is not well` }
}

/** Alertmanager's webhooks for this many alerts: one per group. */
export function webhookBodies(alerts: number, alertname: string): readonly string[] {
  const startsAt = new Date().toISOString()
  return pieces(alerts, alertsPerGroup, (indexes) => {
    const group = { alertname, namespace: labels(indexes[0] ?? 0, alertname).namespace }
    return {
      receiver: 'mendkit',
      status: 'firing',
      alerts: indexes.map((index) => ({
        status: 'firing',
        labels: labels(index, alertname),
        annotations: annotations(index),
        startsAt,
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL,
        fingerprint: index.toString(16).padStart(16, '0'),
      })),
      groupLabels: group,
      commonLabels: group,
      commonAnnotations: { runbook_url: 'https://runbooks.example/pods' },
      externalURL: 'http://alertmanager.example',
      version: '4',
      groupKey: `{}:{alertname="${group.alertname}", namespace="${group.namespace}"}`,
      truncatedAlerts: 0,
    }
  })
}

/** What Prometheus posts to Alertmanager for this many alerts. */
export function apiBodies(alerts: number, alertname: string): readonly string[] {
  // Alertmanager does not wait for the rest of a group whose alerts fire for longer than `group_wait` already.
  const startsAt = new Date().toISOString()
  const endsAt = new Date(Date.now() + resolveAfterMs).toISOString()
  return pieces(alerts, alertsPerPost, (indexes) =>
    indexes.map((index) => ({
      labels: labels(index, alertname),
      annotations: annotations(index),
      startsAt,
      endsAt,
      generatorURL,
    })),
  )
}

function pieces(count: number, size: number, body: (indexes: readonly number[]) => unknown): readonly string[] {
  return Array.from({ length: Math.ceil(count / size) }, (_, piece) => {
    const from = piece * size
    return JSON.stringify(body(Array.from({ length: Math.min(size, count - from) }, (__, offset) => from + offset)))
  })
}
