import type { Alert } from '../../../model/alert.ts'
import type { Reading } from '../../../model/evidence.ts'
import type { CallContext } from '../../../ports/context.ts'
import type { Parts } from '../../parts.ts'
import { readMembers } from '../../read-members.ts'
import { membersOf, type StepView } from '../../steps/view.ts'
import { overallFacts, symptomFacts } from './alert-facts.ts'
import { alertLines } from './alert-lines.ts'
import { symptomPictures } from './symptom-pictures.ts'

/** Symptoms that are told one by one; the counts of all alerts cover the others. */
const mostSymptoms = 12
/** Pages of 1,000 alerts that are looked at, in the order of their ids, which are digests: as good as drawn by lot. */
const mostPages = 2

/**
 * The alerts of an incident as a reading: counts by status, severity, name and object, when the first began, and what their
 * labels and annotations say. Its size has a bound, however many alerts there are; warnings say what is left out. Counts by status
 * are of all alerts, severities and beginnings of the first 2,000.
 */
export async function readAlerts(
  parts: Pick<Parts, 'store' | 'hide'>,
  view: Pick<StepView, 'incident' | 'symptoms'>,
  ctx: CallContext,
): Promise<Reading> {
  const { symptoms } = view
  const { alerts, looked } = await lookAt(parts, view, ctx)
  const pictures = symptomPictures(symptoms, alerts)
  const told = pictures.slice(0, mostSymptoms)
  const { text, told: lines } = alertLines(parts, told)
  const total = membersOf(view)
  const warnings = [
    ...(pictures.length > told.length
      ? [`${pictures.length - told.length} of ${pictures.length} symptoms are only in the counts of all alerts`]
      : []),
    ...(lines < total ? [`labels and annotations of ${lines} of ${total} alerts are told`] : []),
    ...(looked < total ? [`severities and beginnings are of ${looked} of ${total} alerts`] : []),
  ]
  return {
    facts: [
      ...overallFacts(symptoms, alerts),
      ...told.flatMap(symptomFacts),
      // By this the text can be cited. What it says stands nowhere else, so that it can be erased.
      { name: 'alerts.in-words', kind: 'log', value: lines },
    ],
    ...(text !== '' && { text }),
    warnings,
  }
}

/** Alerts of the incident that it has not left since, each once, and how many episodes were looked at. */
async function lookAt(
  { store }: Pick<Parts, 'store'>,
  { incident: { tenant, id: incidentId } }: Pick<StepView, 'incident'>,
  ctx: CallContext,
): Promise<{ readonly alerts: readonly Alert[]; readonly looked: number }> {
  const alerts = new Map<string, Alert>()
  let looked = 0
  let pages = 0
  for await (const page of readMembers(store, { tenant, incidentId }, ctx)) {
    looked += page.length
    pages += 1
    for (const { alert } of page) if (alert.incidentId === incidentId) alerts.set(alert.id, alert)
    if (pages === mostPages) break
  }
  return { alerts: [...alerts.values()], looked }
}
