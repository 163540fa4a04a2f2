import type { Alert, Symptom } from '../../../model/alert.ts'
import type { Fact } from '../../../model/evidence.ts'
import { severityOf } from './severity.ts'
import type { SymptomPicture } from './symptom-pictures.ts'

/** Names of alerts that can stand in the name of a fact: no prose, and no dot, which parts names. */
const plain = /^[A-Za-z][\w:-]{0,63}$/

/** The counts of all alerts of an incident. They can be cited, and count as no observation: every incident has them. */
export function overallFacts(symptoms: readonly Symptom[], alerts: readonly Alert[]): readonly Fact[] {
  const sum = (count: (symptom: Symptom) => number) => symptoms.reduce((all, symptom) => all + count(symptom), 0)
  const began = alerts.map(({ startsAt }) => startsAt).toSorted()[0]
  const active = alerts.filter(({ status }) => status !== 'resolved')
  const severities = Map.groupBy(active, ({ labels }) => severityOf(labels) ?? 'unknown')
  const bySeverity = [...severities].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return [
    ...counted(
      'alerts.firing',
      sum(({ firing }) => firing),
    ),
    ...counted(
      'alerts.suppressed',
      sum(({ suppressed }) => suppressed),
    ),
    ...counted('alerts.ended', sum(endedOf)),
    ...bySeverity.flatMap(([severity, { length }]) => counted(`alerts.severity-${severity}`, length)),
    ...(began === undefined
      ? []
      : [{ name: 'alerts.first-began', kind: 'alert', value: began, observedAt: began } as const]),
  ]
}

/** The counts of one symptom, and its worst severity. */
export function symptomFacts({ symptom, severity, began }: SymptomPicture): readonly Fact[] {
  const { resource, firing, suppressed } = symptom
  const name = nameOf(symptom)
  const facts: readonly Fact[] = [
    ...counted(`alert.firing${name}`, firing, began),
    ...counted(`alert.suppressed${name}`, suppressed, began),
    ...counted(`alert.ended${name}`, endedOf(symptom), began),
    ...(severity === undefined ? [] : [{ name: `alert.severity${name}`, kind: 'alert', value: severity } as const]),
  ]
  return facts.map((fact) => ({ ...fact, ...(resource && { resource }) }))
}

/** The part of a fact's name that says which alert; empty for a name that is no plain one, which the text tells. */
function nameOf({ alertname }: Symptom): string {
  return plain.test(alertname) ? `.${alertname}` : ''
}

function endedOf({ total, firing, suppressed }: Symptom): number {
  return Math.max(0, total - firing - suppressed)
}

function counted(name: string, count: number, observedAt?: string): readonly Fact[] {
  return count === 0 ? [] : [{ name, kind: 'alert', value: count, ...(observedAt !== undefined && { observedAt }) }]
}
