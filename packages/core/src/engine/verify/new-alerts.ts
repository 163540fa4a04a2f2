import type { Alert } from '../../model/alert.ts'
import type { Execution } from '../../model/execution.ts'
import { resourceKey } from '../../model/resource.ts'
import type { NewAlert } from '../../ports/check.ts'
import type { Parts } from '../parts.ts'
import { readMembers } from '../read-members.ts'
import type { StepView } from '../steps/view.ts'
import { unlessCorrupt } from '../unless-corrupt.ts'

/** Keys that a store takes at once. */
const maxKeys = 1_000
/** A handful says as much as thousands. */
const maxFound = 100
const maxIncidents = 20

/** Alerts that fire, began after an effect was called, and are about an object that it may have touched. */
export async function newAlerts(
  parts: Parts,
  view: StepView,
  { blastRadius, intentAt }: Pick<Execution, 'blastRadius' | 'intentAt'>,
): Promise<readonly NewAlert[]> {
  const touched = new Set(blastRadius.resources.map(resourceKey))
  const { tenant, id } = view.incident
  const found = new Map<string, NewAlert>()
  const lookAt = async (incidentId: string): Promise<void> => {
    for await (const alert of firingMembers(parts, view, incidentId)) {
      if (found.size === maxFound) return
      const resource = [alert.resource, alert.topmost].find((each) => each && touched.has(resourceKey(each)))
      if (resource === undefined || Date.parse(alert.startsAt) <= intentAt) continue
      found.set(alert.id, { alertname: alert.labels['alertname'] ?? '', resource, incidentId })
    }
  }
  await lookAt(id)
  // A row of another incident that does not read back must not keep this one from its verdict.
  const keys = [...touched].slice(0, maxKeys)
  const symptoms = await unlessCorrupt(parts, `what fires beside incident ${id} is not looked at`, () =>
    parts.store.firingSymptoms(tenant, keys, view.ctx),
  )
  const others = new Set((symptoms ?? []).map((symptom) => symptom.incidentId).filter((other) => other !== id))
  for (const other of [...others].sort().slice(0, maxIncidents)) {
    await unlessCorrupt(parts, `incident ${other} is not looked at for new alerts`, () => lookAt(other))
  }
  return [...found.values()]
}

async function* firingMembers(parts: Parts, view: StepView, incidentId: string): AsyncIterable<Alert> {
  const { tenant } = view.incident
  for await (const page of readMembers(parts.store, { tenant, incidentId }, view.ctx)) {
    for (const { alert } of page) if (alert.status === 'firing' && alert.incidentId === incidentId) yield alert
  }
}
