import type { IncidentView, Symptom } from '@mendkit/core'

/** An incident about a Deployment. */
export const incident: IncidentView = {
  tenant: 'default',
  id: 'inc_1',
  cluster: 'test',
  phase: 'diagnosing',
  title: 'Down',
  resource: { cluster: 'test', apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'checkout' },
  openedAt: 1_767_225_600_000,
  relapses: 0,
}

/** A symptom of that incident. */
export function symptom(alertname: string, resourceKey = ''): Symptom {
  return { tenant: 'default', incidentId: 'inc_1', alertname, resourceKey, firing: 1, suppressed: 0, total: 1 }
}
