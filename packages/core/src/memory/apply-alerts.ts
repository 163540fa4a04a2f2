import type { Alert } from '../model/alert.ts'
import { idIndex, pendingPlace } from './alert-indexes.ts'
import { recountMembers } from './apply-members.ts'
import { countSymptom } from './apply-symptoms.ts'
import type { Candidates } from './candidates.ts'
import type { MemoryState, TenantState } from './memory-state.ts'
import { symptomOf } from './symptom-of.ts'
import { deleteIn, getOrMake, setIn, type Undo } from './undo.ts'

/** Stores alerts as their next revisions; answers the first conflict, if any. */
export function putAlerts(
  state: MemoryState,
  tenant: TenantState,
  rows: readonly Alert[],
  undo: Undo,
): string | undefined {
  const replaced: (Alert | undefined)[] = []
  // One step for all rows, the last when they are taken back. No alert stands twice in a put.
  undo.push(() => {
    for (const [index, before] of replaced.entries()) {
      const id = rows[index]?.id ?? ''
      if (before === undefined) tenant.alerts.delete(id)
      else tenant.alerts.set(id, before)
    }
  })
  for (const row of rows) {
    const before = tenant.alerts.get(row.id)
    const revision = before?.revision ?? 0
    if (revision !== row.revision) return `alert ${row.id} has revision ${revision}, expected ${row.revision}`
    const after = { ...row, revision: revision + 1 }
    tenant.alerts.set(after.id, after)
    replaced.push(before)
    indexAlert(state, tenant, before, after, undo)
  }
  return undefined
}

/** Stores one alert as it is, with its indexes and counters. */
export function putAlert(
  state: MemoryState,
  tenant: TenantState,
  before: Alert | undefined,
  after: Alert,
  undo: Undo,
): void {
  setIn(tenant.alerts, after.id, after, undo)
  indexAlert(state, tenant, before, after, undo)
}

function indexAlert(
  state: MemoryState,
  tenant: TenantState,
  before: Alert | undefined,
  after: Alert,
  undo: Undo,
): void {
  indexPending(state, before, after, undo)
  indexUnresolved(tenant, before, after, undo)
  indexIncident(tenant, before?.incidentId, after, undo)
  if (sameCount(before, after)) return
  countAlert(tenant, before, -1, undo)
  countAlert(tenant, after, 1, undo)
  const incidentId = after.incidentId
  if (before === undefined || incidentId === undefined || symptomOf(before).key === symptomOf(after).key) return
  recountMembers(tenant, incidentId, after, undo)
}

/** Takes one alert away, with its indexes and what it counts for. */
export function dropAlert(state: MemoryState, tenant: TenantState, alert: Alert, undo: Undo): void {
  // The indexes leave first: what is taken back is taken back last first, and they look at the row.
  if (alert.correlated === 'pending') state.pending.leave(pendingPlace(alert), undo)
  if (alert.status !== 'resolved') tenant.unresolved.get(alert.source)?.leave(alert.id, undo)
  if (alert.incidentId !== undefined) tenant.alertsOfIncident.get(alert.incidentId)?.leave(alert.id, undo)
  deleteIn(tenant.alerts, alert.id, undo)
  countAlert(tenant, alert, -1, undo)
}

function indexPending({ pending }: MemoryState, before: Alert | undefined, after: Alert, undo: Undo): void {
  const waited = before?.correlated === 'pending'
  const waits = after.correlated === 'pending'
  if (waited && waits && before.startsAt === after.startsAt) return
  if (waits) pending.add(pendingPlace(after))
  if (waited) pending.leave(pendingPlace(before), undo)
}

function indexUnresolved(
  { alerts, unresolved }: TenantState,
  before: Alert | undefined,
  after: Alert,
  undo: Undo,
): void {
  const from = before === undefined || before.status === 'resolved' ? undefined : before.source
  const to = after.status === 'resolved' ? undefined : after.source
  if (from === to) return
  if (to !== undefined) (unresolved.get(to) ?? makeUnresolved(unresolved, alerts, to)).add(after.id)
  if (from !== undefined) unresolved.get(from)?.leave(after.id, undo)
}

function makeUnresolved(
  unresolved: TenantState['unresolved'],
  alerts: TenantState['alerts'],
  source: string,
): Candidates<string> {
  const made = idIndex(alerts, (alert) => alert.source === source && alert.status !== 'resolved')
  unresolved.set(source, made)
  return made
}

function indexIncident(
  { alerts, alertsOfIncident }: TenantState,
  from: string | undefined,
  after: Alert,
  undo: Undo,
): void {
  const to = after.incidentId
  if (from === to) return
  if (to !== undefined) {
    getOrMake(alertsOfIncident, to, () => idIndex(alerts, ({ incidentId }) => incidentId === to)).add(after.id)
  }
  if (from !== undefined) alertsOfIncident.get(from)?.leave(after.id, undo)
}

/** Whether the alert counts for the same symptom in the same way as before; may say no too often. */
function sameCount(before: Alert | undefined, after: Alert): boolean {
  if (before?.incidentId !== after.incidentId) return false
  if (after.incidentId === undefined) return true
  return before?.status === after.status && before.labels === after.labels && before.topmost === after.topmost
}

function countAlert(tenant: TenantState, alert: Alert | undefined, by: 1 | -1, undo: Undo): void {
  if (alert?.incidentId === undefined || alert.status === 'resolved') return
  countSymptom(tenant, alert.incidentId, alert.tenant, symptomOf(alert), { [alert.status]: by }, undo)
}
