import { type Alert, type AlertStatus, type Symptom, symptomKey } from '../../../model/alert.ts'
import { resourceKey } from '../../../model/resource.ts'
import { severityOf, severityRank } from './severity.ts'

/** One symptom with those of its alerts that were looked at. */
export interface SymptomPicture {
  readonly symptom: Symptom
  /** What matters most first: what fires, then the worst, then what began first. */
  readonly alerts: readonly Alert[]
  /** The worst known severity among what does not rest. */
  readonly severity: string | undefined
  /** When the first of them began, ISO 8601; undefined when none was looked at. */
  readonly began: string | undefined
}

const statuses: readonly AlertStatus[] = ['firing', 'suppressed', 'resolved']

/**
 * Symptoms with their alerts, what matters most first: what fires, then the worst, then what began first, then the rarer.
 * Alerts of which nothing sets one before the other stay in the order in which they are given.
 */
export function symptomPictures(symptoms: readonly Symptom[], alerts: readonly Alert[]): readonly SymptomPicture[] {
  const bySymptom = Map.groupBy(alerts, keyOf)
  return symptoms
    .map((symptom) => pictureOf(symptom, bySymptom.get(symptomKey(symptom)) ?? []))
    .toSorted(
      (a, b) =>
        statuses.indexOf(statusOf(a.symptom)) - statuses.indexOf(statusOf(b.symptom)) ||
        severityRank(a.severity) - severityRank(b.severity) ||
        compare(a.began ?? '~', b.began ?? '~') ||
        a.symptom.total - b.symptom.total ||
        compare(symptomKey(a.symptom), symptomKey(b.symptom)),
    )
}

function pictureOf(symptom: Symptom, alerts: readonly Alert[]): SymptomPicture {
  const inOrder = alerts.toSorted(
    (a, b) =>
      statuses.indexOf(a.status) - statuses.indexOf(b.status) ||
      severityRank(severityOf(a.labels)) - severityRank(severityOf(b.labels)) ||
      compare(a.startsAt, b.startsAt),
  )
  return {
    symptom,
    alerts: inOrder,
    severity: inOrder[0] && severityOf(inOrder[0].labels),
    began: alerts.map(({ startsAt }) => startsAt).toSorted(compare)[0],
  }
}

/** The symptom that the store counts an alert under. */
function keyOf({ labels, topmost }: Alert): string {
  return symptomKey({
    alertname: labels['alertname'] ?? '',
    resourceKey: topmost === undefined ? '' : resourceKey(topmost),
  })
}

function statusOf({ firing, suppressed }: Symptom): AlertStatus {
  if (firing > 0) return 'firing'
  return suppressed > 0 ? 'suppressed' : 'resolved'
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
