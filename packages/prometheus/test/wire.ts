/** A query answer as Prometheus sends it. */
export function vector(...items: readonly object[]) {
  return { status: 'success', data: { resultType: 'vector', result: items } }
}

/** A range answer as Prometheus sends it. */
export function matrix(...items: readonly object[]) {
  return { status: 'success', data: { resultType: 'matrix', result: items } }
}

/** An alert as Alertmanager's API lists it. */
export function apiAlert(labels: Record<string, string>, status: object = {}, rest: object = {}) {
  return {
    labels,
    annotations: { summary: 'ünïcode ✓' },
    startsAt: '2026-01-02T03:04:05.678Z',
    endsAt: '2026-01-02T03:09:05.678Z',
    updatedAt: '2026-01-02T03:04:05.678Z',
    fingerprint: 'f',
    generatorURL: 'http://prometheus/graph',
    receivers: [{ name: 'mendkit' }],
    status: { state: 'active', silencedBy: [], inhibitedBy: [], ...status },
    ...rest,
  }
}

/** An alert as Alertmanager's webhook carries it. */
export function webhookAlert(labels: Record<string, unknown>, rest: object = {}) {
  return {
    status: 'firing',
    labels,
    annotations: { summary: 'ünïcode ✓' },
    startsAt: '2026-01-02T03:04:05.678901234Z',
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: 'http://prometheus/graph',
    fingerprint: 'f',
    ...rest,
  }
}

/** A webhook as Alertmanager sends it. */
export function webhook(alerts: unknown, rest: object = {}) {
  return {
    version: '4',
    groupKey: '{}:{alertname="Down"}',
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'mendkit',
    groupLabels: { alertname: 'Down' },
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'http://127.0.0.1:1/never-ask-here',
    alerts,
    ...rest,
  }
}
