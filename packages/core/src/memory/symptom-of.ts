import { type Alert, type Symptom, symptomKey } from '../model/alert.ts'
import { resourceKey } from '../model/resource.ts'

/** Which symptom an alert is counted under, with `key` as its name within the incident. */
export interface SymptomName extends Pick<Symptom, 'alertname' | 'resourceKey' | 'resource'> {
  readonly key: string
}

/**
 * The symptom of an alert: its name on its topmost resource. Stores count `firing` and `suppressed` by alert, under the
 * incident that the alert names, and `total` by member.
 */
export function symptomOf(alert: Pick<Alert, 'labels' | 'topmost'>): SymptomName {
  const name = {
    alertname: alert.labels['alertname'] ?? '',
    resourceKey: alert.topmost === undefined ? '' : resourceKey(alert.topmost),
  }
  return { ...name, key: symptomKey(name), ...(alert.topmost !== undefined && { resource: alert.topmost }) }
}
